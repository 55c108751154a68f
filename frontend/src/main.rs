//! What trunk builds: the app drawn by the browser alone.

fn main() {}
