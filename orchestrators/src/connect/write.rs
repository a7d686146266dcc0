//! Puts an entry into a client's file: shows what changes, asks, keeps a copy, and replaces the file in one move.

use super::{Client, Entry, difference, merged, snippet};
use crate::terminal;
use anyhow::{Context, bail};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How wide a difference is where there is no terminal.
const WIDTH: usize = 200;
/// So many copies of a file are kept at most.
const MOST_COPIES: u32 = 100;

/// Writes the entry into the client's file; twice is as once.
///
/// # Errors
/// When the file cannot be read, kept whole or written, or nobody can be asked.
pub(super) fn into(client: Client, entry: &Entry, without_asking: bool) -> anyhow::Result<ExitCode> {
    let named = client.file()?;
    // A link, as those who keep their files in a repository have, stays a link.
    let file = fs::canonicalize(&named).unwrap_or_else(|_| named.clone());
    let shown = named.display();
    let before = match fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{shown} cannot be read")),
    };
    let text = before.as_deref().unwrap_or_default();
    let after = match merged(client, entry, text) {
        Ok(after) => after,
        Err(why) => {
            write!(terminal::out(), "{}", snippet(client, entry))?;
            bail!("{shown} was not changed: {why}. The entry is printed above; put it there by hand");
        }
    };
    let mut out = terminal::out();
    if after == text {
        writeln!(out, "{shown} has this entry already; nothing was changed.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = terminal::width().unwrap_or(WIDTH);
    write!(out, "{shown}, {}", difference::shown(text, &after, width))?;
    out.flush()?;
    if !without_asking && !is_wanted()? {
        writeln!(out, "Nothing was changed.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let copy =
        before.is_some().then(|| kept(&file)).transpose().with_context(|| format!("no copy of {shown}"))?;
    replaced(&file, &after).with_context(|| format!("{shown} cannot be written"))?;
    match copy {
        Some(copy) => writeln!(out, "Written. What it was before is in {}.", copy.display())?,
        None => writeln!(out, "Written.")?,
    }
    terminal::aside(client.afterwards());
    Ok(ExitCode::SUCCESS)
}

fn is_wanted() -> anyhow::Result<bool> {
    match terminal::ask("Write this? [y/N] ")? {
        Some(answer) => Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes")),
        None => bail!("--write asks before it writes, and nobody can be asked here: give --yes as well"),
    }
}

/// Copies a file to the first free name beside it.
fn kept(file: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(if number == 1 { ".bak".to_owned() } else { format!(".bak{number}") });
        PathBuf::from(name)
    };
    for number in 1..=MOST_COPIES {
        let copy = name(number);
        match fs::OpenOptions::new().write(true).create_new(true).open(&copy) {
            Ok(_) => return fs::copy(file, &copy).map(|_| copy),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Replaces a file in one move: whoever reads it sees the old one or the new one.
fn replaced(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?; // only its user may read it
    if let Ok(old) = fs::metadata(file) {
        new.as_file().set_permissions(old.permissions())?;
    }
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}
