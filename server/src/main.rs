//! The program `confab`; all it does is in the library.

use std::process::ExitCode;

/// What a connection keeps is taken and given back in many small pieces, from several threads: this allocator is quicker
/// at that than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
