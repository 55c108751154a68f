//! Stores with many messages in them: all in the lobby, of a thousand people, in words as unevenly used as words are. Made
//! by `confab import`, once for each size, and kept.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::numbers::{Dice, readable};
use crate::peers::{Places, confab};
use crate::say;
use crate::swarm::marks::MARK;
use crate::trouble::Trouble;

const PEOPLE: usize = 1_000;

/// Different words, and how many a message has.
const WORDS: usize = 5_000;
const WORDS_EACH: usize = 10;

/// 2024, in milliseconds; a message comes each second from then on.
const BEGUN: u64 = 1_704_067_200_000;

/// The data directory of a store with so many messages.
///
/// # Errors
/// Where it cannot be made.
pub fn directory(places: &Places, messages: u32) -> Result<PathBuf, Trouble> {
    let data = places.work.join(format!("filled-{messages}"));
    let ready = data.join("ready");
    if ready.is_file() {
        return Ok(data);
    }
    say::line(&format!("filling a store with {} messages", readable(f64::from(messages))));
    // Of an earlier try, if any.
    let _ = fs::remove_dir_all(&data);
    confab::run(places, &data, &["import"], |to| write_all(to, messages))?;
    fs::write(&ready, "").map_err(|source| Trouble::File { path: ready, source })?;
    Ok(data)
}

/// A copy of that store, to be written to.
///
/// # Errors
/// Where it cannot be made.
pub fn copy(places: &Places, messages: u32) -> Result<PathBuf, Trouble> {
    let (from, to) = (directory(places, messages)?, places.work.join("data"));
    let copied = || -> io::Result<()> {
        // It need not be there.
        let _ = fs::remove_dir_all(&to);
        fs::create_dir_all(&to)?;
        for file in fs::read_dir(&from)? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), to.join(file.file_name()))?;
            }
        }
        Ok(())
    };
    copied().map_err(|source| Trouble::File { path: to.clone(), source })?;
    Ok(to)
}

/// The nth most used word.
pub fn word(nth: usize) -> String {
    format!("word{nth}")
}

fn write_all(to: &mut dyn Write, messages: u32) -> io::Result<()> {
    for person in 0..PEOPLE {
        writeln!(
            to,
            "{{\"record\":\"user\",\"name\":\"person{person}\",\"password_hash\":null,\"display_name\":null,\
             \"phone\":null,\"created_at\":{BEGUN}}}"
        )?;
    }
    let last = BEGUN + u64::from(messages) * 1_000;
    writeln!(
        to,
        "{{\"record\":\"room\",\"id\":1,\"kind\":\"public\",\"name\":\"lobby\",\"parties\":null,\"topic\":\"\",\
         \"owner\":null,\"last_seq\":{messages},\"created_at\":{BEGUN},\"active_at\":{last}}}"
    )?;
    let mut dice = Dice::default();
    let mut body = String::new();
    for seq in 1..=messages {
        body.clear();
        mark(seq, &mut body);
        for _ in 0..WORDS_EACH {
            // Small numbers are much more often rolled than large ones.
            let nth = (WORDS as f64).powf(dice.roll()) - 1.0;
            let _ = write!(body, " word{nth:.0}");
        }
        let time = BEGUN + u64::from(seq) * 1_000;
        let sender = seq as usize % PEOPLE;
        writeln!(
            to,
            "{{\"record\":\"message\",\"room\":1,\"seq\":{seq},\"id\":\"m{seq}\",\"sender\":\"person{sender}\",\
             \"body\":\"{body}\",\"time\":{time},\"change\":0,\"deleted\":false,\"reactions\":[]}}"
        )?;
    }
    Ok(())
}

/// By which the generator counts the messages of an answer.
fn mark(seq: u32, body: &mut String) {
    let _ = write!(body, "^{seq:08x}^");
    debug_assert_eq!(body.len(), MARK);
}
