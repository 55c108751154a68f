//! Takes the browser bundle that trunk made in `dist/` into the binary, compressed. Without one the server builds all
//! the same and says, in the browser, how to make it.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    std::fs::create_dir_all(&bundle)?;
    memory_serve::load_directory("../dist");
    Ok(())
}
