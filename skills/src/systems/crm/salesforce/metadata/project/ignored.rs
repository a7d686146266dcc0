//! What a project leaves out: its notes, and what its `.forceignore` names, as `sf` reads that file: patterns of gitignore.

use std::path::Path;

const FILE: &str = ".forceignore";

/// The patterns, in their order: the last one that fits counts.
#[derive(Debug, Default)]
pub(super) struct Ignored(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// Folders and the file, as the pattern names them.
    parts: Vec<String>,
    /// Whether it takes back what an earlier one leaves out.
    takes_back: bool,
    /// Whether it fits folders only.
    folders_only: bool,
}

impl Ignored {
    /// The patterns of a project; none if it has no such file.
    pub(super) fn of(project: &Path) -> Self {
        let file = std::fs::read_to_string(project.join(FILE)).unwrap_or_default();
        Self(file.lines().filter_map(Pattern::read).collect())
    }

    /// Whether a file or a folder, by its path in the project, is left out.
    pub(super) fn has(&self, path: &str, is_folder: bool) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let name = parts.last().copied().unwrap_or_default().to_lowercase();
        if !is_folder && (name == "readme" || name.starts_with("readme.")) {
            return true;
        }
        let fits =
            |pattern: &&Pattern| (is_folder || !pattern.folders_only) && all_fit(&pattern.parts, &parts);
        self.0.iter().rev().find(fits).is_some_and(|pattern| !pattern.takes_back)
    }
}

impl Pattern {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (takes_back, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
        let (folders_only, line) = line.strip_suffix('/').map_or((false, line), |line| (true, line));
        // A name without a folder fits everywhere.
        let anywhere = (!line.contains('/')).then_some("**");
        let parts = line.trim_start_matches('/').split('/');
        let parts = anywhere.into_iter().chain(parts).map(str::to_owned).collect();
        Some(Self { parts, takes_back, folders_only })
    }
}

fn all_fit(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            let inside = || path.split_first().is_some_and(|(_, inner)| all_fit(pattern, inner));
            if rest.is_empty() { !path.is_empty() } else { all_fit(rest, path) || inside() }
        }
        (Some((first, rest)), Some((name, inner))) => {
            let (first, name): (Vec<char>, Vec<char>) = (first.chars().collect(), name.chars().collect());
            fits(&first, &name) && all_fit(rest, inner)
        }
        _ => false,
    }
}

/// Whether a name fits: `*` is anything, `?` one character.
fn fits(pattern: &[char], name: &[char]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), _) => {
            fits(rest, name) || name.split_first().is_some_and(|(_, inner)| fits(pattern, inner))
        }
        (Some((wanted, rest)), Some((is, inner))) => (*wanted == '?' || wanted == is) && fits(rest, inner),
        _ => false,
    }
}
