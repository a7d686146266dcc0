//! What kind of field it is.

/// What kind of field it is, as the hotel's objects have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The record's own id.
    Id,
    /// A line of text of so many characters at most.
    Text(u32),
    /// Several lines of text of so many characters at most.
    LongText(u32),
    /// A number that the org gives, in this format (`BK-{0000}`).
    AutoNumber(&'static str),
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A whole number of so many digits.
    Number(u32),
    /// Money, of so many digits in all, two of them behind the point.
    Currency(u32),
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of a list of values.
    Picklist(Choices),
    /// Another record, which may be none.
    Lookup(Link),
    /// The record that this one is a part of.
    MasterDetail(Link),
    /// A currency's code, where an org has several.
    CurrencyCode,
}

/// The values of a picklist.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    /// All of them.
    pub all: fn() -> Vec<&'static str>,
    /// Whether the org takes no others.
    pub restricted: bool,
    /// What a new record has.
    pub default: Option<&'static str>,
}

impl PartialEq for Choices {
    fn eq(&self, other: &Self) -> bool {
        (self.restricted, self.default) == (other.restricted, other.default) && (self.all)() == (other.all)()
    }
}

impl Eq for Choices {}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The object.
    pub to: &'static str,
    /// What the other object calls the list of those that refer to it; empty if it has none.
    pub children: &'static str,
    /// Whether the other record cannot be deleted as long as one refers to it.
    pub restricts: bool,
}

/// A picklist of the hotel's own, which takes no other values.
pub(in super::super) const fn choice(all: fn() -> Vec<&'static str>, default: Option<&'static str>) -> Kind {
    Kind::Picklist(Choices { all, restricted: true, default })
}

/// A picklist of the platform, which takes any value.
pub(in super::super) const fn open_choice(all: fn() -> Vec<&'static str>) -> Kind {
    Kind::Picklist(Choices { all, restricted: false, default: None })
}

/// A reference to a record that may be deleted: then there is none.
pub(in super::super) const fn lookup(to: &'static str, children: &'static str) -> Kind {
    Kind::Lookup(Link { to, children, restricts: false })
}

/// A reference to a record that stays as long as it is referred to.
pub(in super::super) const fn firm_lookup(to: &'static str, children: &'static str) -> Kind {
    Kind::Lookup(Link { to, children, restricts: true })
}

/// The record that this one is a part of.
pub(in super::super) const fn part_of(to: &'static str, children: &'static str) -> Kind {
    Kind::MasterDetail(Link { to, children, restricts: false })
}

impl Kind {
    /// The types that do, as describe calls them; the first is the one it should have.
    pub(in super::super) const fn described_as(&self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id"],
            Self::Text(_) | Self::AutoNumber(_) => &["string", "textarea"],
            Self::LongText(_) => &["textarea"],
            Self::Email => &["email", "string"],
            Self::Phone => &["phone", "string"],
            Self::Number(_) => &["double", "int"],
            Self::Currency(_) => &["currency", "double"],
            Self::Date => &["date"],
            Self::DateTime => &["datetime"],
            Self::Picklist(_) | Self::CurrencyCode => &["picklist", "string"],
            Self::Lookup(_) | Self::MasterDetail(_) => &["reference"],
        }
    }

    /// The record it leads to.
    pub const fn link(&self) -> Option<Link> {
        match self {
            Self::Lookup(link) | Self::MasterDetail(link) => Some(*link),
            _ => None,
        }
    }
}
