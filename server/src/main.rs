//! The program `confab`.

fn main() {}
