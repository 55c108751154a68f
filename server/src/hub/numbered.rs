//! Maps by a number that this server gave out itself. Nobody outside chooses those, so they need no hash that stands up to
//! somebody who does, and each thing said looks several of them up.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// Things by number.
pub type Numbered<N, T> = HashMap<N, T, FxBuildHasher>;
