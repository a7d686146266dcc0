//! Values that a shell would have expanded. A client starts a server without a shell, so `${HOME}/hotel` would become
//! a folder of that name, with a new hotel in it.

use super::error::SettingError;
use super::error::wrong;
use std::path::PathBuf;

/// A folder; a leading `~/` becomes the user's home.
pub(super) fn folder(variable: &'static str, text: &str) -> Result<PathBuf, SettingError> {
    none(variable, text)?;
    let Some(rest) = text.strip_prefix('~') else { return Ok(PathBuf::from(text)) };
    let inside = rest.trim_start_matches(['/', '\\']);
    if !rest.is_empty() && inside.len() == rest.len() {
        return Err(wrong(variable, "write out the folder of another user; only a leading ~/ is expanded"));
    }
    let home = directories::BaseDirs::new()
        .ok_or_else(|| wrong(variable, "this machine has no home folder, so ~ cannot be expanded"))?;
    Ok(if inside.is_empty() { home.home_dir().to_owned() } else { home.home_dir().join(inside) })
}

/// Checks that the host of an address has nothing to expand; its path may have anything.
pub(super) fn host(variable: &'static str, address: &str) -> Result<(), SettingError> {
    let behind = address.split_once("://").map_or(address, |(_, behind)| behind);
    none(variable, behind.split(['/', '?', '#']).next().unwrap_or_default())
}

/// Checks that a value has nothing to expand.
pub(super) fn none(variable: &'static str, text: &str) -> Result<(), SettingError> {
    match place_holder(text) {
        None => Ok(()),
        Some(found) => Err(wrong(
            variable,
            format!(
                "{found} is not expanded here, as no shell reads this value: write out what it stands for"
            ),
        )),
    }
}

/// `${…}`, `$(…)`, `$NAME` or `%NAME%`.
fn place_holder(text: &str) -> Option<String> {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (at, sign) in text.match_indices(['$', '%']) {
        let rest = &text[at + 1..];
        let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        let is_one = match sign {
            "$" => rest.starts_with(['{', '(']) || name.starts_with(is_first),
            _ => name.starts_with(is_first) && rest[name.len()..].starts_with('%'),
        };
        if is_one {
            let closing = match (sign, rest.chars().next()) {
                ("%", _) => name.len() + 1,
                (_, Some('{')) => rest.find('}').map_or(1, |end| end + 1),
                (_, Some('(')) => rest.find(')').map_or(1, |end| end + 1),
                _ => name.len(),
            };
            return Some(format!("{sign}{}", &rest[..closing.min(rest.len())]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_expand_is_found_and_other_signs_are_not() {
        for (text, found) in [
            ("${HOME}/hotel", "${HOME}"),
            ("/data/$USER", "$USER"),
            (r"%APPDATA%\hotel", "%APPDATA%"),
            ("$(pwd)/hotel", "$(pwd)"),
            ("/data/${HOME", "${"),
            ("50%-$-$x", "$x"),
        ] {
            assert_eq!(place_holder(text).as_deref(), Some(found), "{text}");
        }
        for text in ["/data/hotel", "/price/5$", "/a$1/b", "100%", "a%20b%20c", "/50% off/%"] {
            assert_eq!(place_holder(text), None, "{text}");
        }
    }

    #[test]
    fn the_users_own_folder_is_expanded_and_only_at_the_beginning() {
        let home = directories::BaseDirs::new().unwrap().home_dir().to_owned();
        assert_eq!(folder("HOTEL_DATA", "~/hotel").unwrap(), home.join("hotel"));
        assert_eq!(folder("HOTEL_DATA", "~").unwrap(), home);
        assert_eq!(folder("HOTEL_DATA", "/a/~/b").unwrap(), PathBuf::from("/a/~/b"));
        assert!(folder("HOTEL_DATA", "~beth/hotel").is_err());
    }

    #[test]
    fn only_the_host_of_an_address_is_looked_at() {
        assert!(host("STRIPE_RETURN_URL", "https://hotel.example/paid?by=%7B%7D&x=$name").is_ok());
        assert!(host("STRIPE_API_BASE", "https://${REGION}.example/").is_err());
        assert!(host("STRIPE_API_BASE", "${API}").is_err());
    }
}
