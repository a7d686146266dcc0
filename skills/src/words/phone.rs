//! Phone numbers: parsed as people write them, stored in E.164.
//!
//! It uses a table of dialling plans instead of a crate. The ports of libphonenumber keep patterns for every country in
//! memory (11 MiB in a process that may use 16), and lengths and prefixes are enough to normalise a number.

use super::written::{is_dash, is_invisible};
use super::{WordError, echo};

/// Region, calling code, prefix for international calls, trunk prefix, lengths of national numbers.
const PLANS: &str = include_str!("phone/plans.txt");

/// The lengths that E.164 allows, calling code included.
const LONGEST: usize = 15;

/// How numbers of a region are dialled.
#[derive(Clone, Copy)]
struct Plan {
    region: &'static str,
    code: &'static str,
    abroad: &'static str,
    trunk: Option<&'static str>,
    lengths: &'static str,
}

fn plans() -> impl Iterator<Item = Plan> {
    let plan = |line: &'static str| {
        let mut words = line.split(' ');
        let (region, code, abroad) = (words.next()?, words.next()?, words.next()?);
        let trunk = words.next().filter(|trunk| *trunk != "-");
        Some(Plan { region, code, abroad, trunk, lengths: words.next()? })
    };
    PLANS.lines().filter(|line| !line.starts_with('#')).filter_map(plan)
}

impl Plan {
    fn takes(&self, length: usize) -> bool {
        self.lengths.split(',').any(|range| {
            let (least, most) = range.split_once('-').unwrap_or((range, range));
            let bounds = (least.parse().unwrap_or(usize::MAX), most.parse().unwrap_or(0));
            (bounds.0..=bounds.1).contains(&length)
        })
    }

    /// A national number without its trunk prefix, if its length is right.
    fn national<'d>(&self, digits: &'d str) -> Option<&'d str> {
        let bare = self.trunk.and_then(|trunk| digits.strip_prefix(trunk)).filter(|n| self.takes(n.len()));
        let as_given = Some(digits).filter(|digits| self.takes(digits.len()));
        // If the trunk prefix begins with 0, no national number does.
        if self.trunk.is_some_and(|trunk| trunk.starts_with('0')) {
            bare.or(as_given)
        } else {
            as_given.or(bare)
        }
    }
}

/// A country, by the two letters of ISO 3166: numbers without a country code belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static str);

impl Country {
    /// Reads the two letters, in whatever case.
    ///
    /// # Errors
    /// When no country with phones has them.
    pub fn new(text: &str) -> Result<Self, WordError> {
        let known =
            plans().find(|plan| plan.region.len() == 2 && plan.region.eq_ignore_ascii_case(text.trim()));
        let rule = || format!("{} is not a country; give its two letters (ISO 3166), such as US", echo(text));
        known.map(|plan| Self(plan.region)).ok_or_else(|| WordError(rule()))
    }

    /// The two letters.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    fn plan(self) -> Option<Plan> {
        plans().find(|plan| plan.region == self.0)
    }
}

/// A phone number in E.164: a plus, the country's calling code, the national number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as somebody wrote it. Without a country code it belongs to `country`. None if it is not exactly one
    /// number: letters, an extension, two numbers, no country, too long or too short.
    pub fn read(text: &str, country: Option<Country>) -> Option<Self> {
        let (digits, international) = digits_of(text)?;
        if international {
            // "+34 (0)600 …" where no call from within the country begins with 0.
            let bare = || digits_of(&text.replacen("(0)", "", 1)).and_then(|(digits, _)| with_code(&digits));
            return with_code(&digits).or_else(bare);
        }
        let plan = country.and_then(Country::plan);
        let abroad = plan.map_or("00", |plan| plan.abroad);
        if let Some(number) = digits.strip_prefix(abroad).and_then(with_code) {
            return Some(number);
        }
        let plan = plan?;
        match plan.national(&digits) {
            Some(national) => number(plan.code, national),
            None => digits.starts_with(plan.code).then(|| with_code(&digits)).flatten(),
        }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The national number: what people remember.
    pub fn national(&self) -> &str {
        let digits = &self.0[1..];
        plans().find_map(|plan| digits.strip_prefix(plan.code)).unwrap_or(digits)
    }
}

/// Reads the digits after a plus; the calling code says which country it is.
fn with_code(digits: &str) -> Option<PhoneNumber> {
    plans().find_map(|plan| number(plan.code, plan.national(digits.strip_prefix(plan.code)?)?))
}

fn number(code: &str, national: &str) -> Option<PhoneNumber> {
    let fits = code.len() + national.len() <= LONGEST;
    fits.then(|| PhoneNumber(format!("+{code}{national}")))
}

/// The digits of a text that contains nothing but one number, and whether a plus comes first.
pub(crate) fn digits_of(text: &str) -> Option<(String, bool)> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let mut digits = String::new();
    let mut plus = false;
    let mut slashes = vec![];
    for c in text.chars() {
        match c {
            '+' | '\u{ff0b}' if digits.is_empty() && !plus => plus = true,
            '/' => slashes.push(digits.len()),
            '(' | ')' | '[' | ']' | '.' => {}
            c if is_dash(c) || is_invisible(c) => {}
            c => digits.push(digit(c)?),
        }
    }
    if !is_one(&digits, plus, &slashes) {
        return None;
    }
    // "+44 (0)20 …": the 0 is dialled only within the country; `national` removes it.
    (!digits.is_empty()).then_some((digits, plus))
}

/// The most digits of an area's code, without the 0 before it.
const LONGEST_AREA: usize = 5;

/// Whether digits with slashes before these are one number: the first slash follows an area's code ("030/123456"), and
/// further ones are between short groups ("06/12/34/56/78"). "5550100001/5550100002" is two, and what follows the slash of
/// "+49 30 123456/57" is an extension.
fn is_one(digits: &str, plus: bool, slashes: &[usize]) -> bool {
    let Some((&first, more)) = slashes.split_first() else { return true };
    let before = &digits[..first];
    let abroad = if plus { Some(before) } else { before.strip_prefix("00") };
    let national = abroad
        .map_or(before, |abroad| plans().find_map(|plan| abroad.strip_prefix(plan.code)).unwrap_or(abroad));
    let ends: Vec<usize> = more.iter().copied().chain([digits.len()]).collect();
    let short = more.is_empty() || slashes.iter().zip(&ends).all(|(from, to)| to - from < LONGEST_AREA);
    national.trim_start_matches('0').len() <= LONGEST_AREA && short
}

/// A digit in one of the scripts that phone numbers are typed in: ASCII, full width, Arabic, Persian, Devanagari.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 4] = [0xff10, 0x0660, 0x06f0, 0x0966];
    if c.is_ascii_digit() {
        return Some(c);
    }
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

impl TryFrom<String> for PhoneNumber {
    type Error = WordError;
    fn try_from(text: String) -> Result<Self, WordError> {
        Self::read(&text, None)
            .ok_or_else(|| WordError(format!("{} is not a phone number in E.164", echo(&text))))
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl rusqlite::ToSql for PhoneNumber {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, country: &str) -> Option<String> {
        let country = (!country.is_empty()).then(|| Country::new(country).unwrap());
        PhoneNumber::read(text, country).map(String::from)
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (text, country, expected) in [
            ("+44 (0)20 7946 0000", "", "+442079460000"),
            ("+44 020 7946 0000", "", "+442079460000"),
            ("(+44) 20 7946 0000", "", "+442079460000"),
            ("+1 (555) 010-0001", "", "+15550100001"),
            ("\u{202a}+1\u{a0}555\u{2011}010\u{2011}0001\u{202c}", "", "+15550100001"),
            ("＋１ ５５５ ０１０ ０００１", "", "+15550100001"),
            ("tel:+1-555-010-0001", "", "+15550100001"),
            ("0044 20 7946 0000", "", "+442079460000"),
            ("011 44 20 7946 0000", "US", "+442079460000"),
            ("0044 20 7946 0000", "de", "+442079460000"),
            ("(555) 010-0001", "US", "+15550100001"),
            ("1 555.010.0001", "US", "+15550100001"),
            ("020 7946 0000", "GB", "+442079460000"),
            ("44 20 7946 0000", "GB", "+442079460000"),
            ("030/1234567", "DE", "+49301234567"),
            ("(030) / 123 45 67", "DE", "+49301234567"),
            ("+49 30/1234567", "", "+49301234567"),
            ("+49 (0)30/1234567", "", "+49301234567"),
            ("+4930/1234567", "", "+49301234567"),
            ("0049 30/1234567", "DE", "+49301234567"),
            ("035756/123456", "DE", "+4935756123456"),
            ("0664/123/4567", "AT", "+436641234567"),
            ("06/12/34/56/78", "FR", "+33612345678"),
            ("+49 (0) 30 1234567", "", "+49301234567"),
            ("+39 06 1234 5678", "", "+390612345678"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            ("06 1 234 5678", "HU", "+3612345678"),
            ("+34 600 000 000", "", "+34600000000"),
            ("+34 (0)600 000 000", "", "+34600000000"),
        ] {
            assert_eq!(read(text, country).as_deref(), Some(expected), "{text} in {country:?}");
        }
    }

    #[test]
    fn what_is_not_one_number_is_none() {
        for (text, country) in [
            ("call me", ""),
            ("+1 555-010-0001 x22", ""),
            ("+1 555-010-0001 ext. 22", "US"),
            ("+1 555 010 0001;ext=22", ""),
            ("+1 555 010 0001 / +44 20 7946 0000", ""),
            ("+1 555 010 0001, +1 555 010 0002", ""),
            ("5550100001/5550100002", "DE"),
            ("+43 1 12345 / 67890", ""),
            ("+43112345/67890", ""),
            ("+49 30 123456/57", ""),
            ("030 123456/57", "DE"),
            ("030/123456/030/654321", "DE"),
            ("1-800-FLOWERS", "US"),
            ("(555) 010-0001", ""),
            ("020 7946 0000", ""),
            ("010-0001", "US"),
            ("+12", ""),
            ("+999 12345678", ""),
            ("+1 555 010 0001 22", ""),
            ("+4912345678901234567", ""),
            ("+", ""),
            ("", "US"),
        ] {
            assert_eq!(read(text, country), None, "{text} in {country:?}");
        }
    }

    #[test]
    fn the_number_within_its_country_is_what_follows_the_calling_code() {
        assert_eq!(PhoneNumber::read("+442079460000", None).unwrap().national(), "2079460000");
        assert_eq!(PhoneNumber::read("+15550100001", None).unwrap().national(), "5550100001");
    }

    #[test]
    fn a_country_is_its_two_letters() {
        assert_eq!(Country::new(" us ").unwrap().as_str(), "US");
        for text in ["", "USA", "XX", "1", "001", "Germany"] {
            assert!(Country::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_plan_can_be_read_and_calling_codes_are_told_apart() {
        let codes: std::collections::BTreeSet<_> = plans().map(|plan| plan.code).collect();
        assert!(plans().count() > 250);
        for code in &codes {
            let longer = codes.iter().find(|other| other != &code && other.starts_with(code));
            assert_eq!(longer, None, "{code} begins another code");
        }
        assert!(plans().all(|plan| (1..=LONGEST).any(|length| plan.takes(length))));
    }
}
