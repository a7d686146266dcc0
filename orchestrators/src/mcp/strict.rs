//! Parses JSON without loss: an id stays as it was written, and duplicate names are found (parsers differ in whether
//! the first or the last one counts).

use rmcp::model::RequestId;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};
use std::cell::Cell;
use std::fmt;

/// The most values (members of objects and lists) that a message may have: many times more than any call needs. Each takes far
/// more memory than its text.
pub(super) const MOST_VALUES: usize = 20_000;

/// How deep objects and lists may be nested in a message, well below what the parsers behind this one can read.
const MOST_NESTED: usize = 100;

/// The content of a line of JSON.
pub(super) enum Line {
    /// An object, which may be a message.
    Object(Box<Envelope>),
    /// Something else, and its type.
    Other(&'static str),
}

/// The members of a message.
#[derive(Default)]
pub(super) struct Envelope {
    pub(super) jsonrpc: Option<Value>,
    pub(super) id: Id,
    pub(super) method: Option<Value>,
    pub(super) params: Option<Value>,
    result: Option<Value>,
    error: Option<Value>,
    /// A member of the message that is given twice.
    pub(super) twice: Option<&'static str>,
    /// What is wrong in the parameters.
    pub(super) wrong_params: Option<String>,
    /// Whether the message has more than [`MOST_VALUES`].
    pub(super) too_many: bool,
    /// Whether it has a member that only a response has.
    pub(super) is_answer_too: bool,
}

/// An id as the client wrote it.
#[derive(Default)]
pub(super) enum Id {
    /// No id.
    #[default]
    None,
    /// A usable id.
    Good(RequestId, Box<RawValue>),
    /// An unusable id; with its text if that can be repeated.
    Bad(Option<Box<RawValue>>),
}

impl Id {
    fn of(raw: &RawValue) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(raw.get()) else { return Self::Bad(None) };
        if let Ok(id) = serde_json::from_value(value.clone()) {
            return Self::Good(id, raw.to_owned());
        }
        Self::Bad(value.is_number().then(|| raw.to_owned()))
    }

    /// The id's text, if it can be repeated.
    pub(super) fn raw(&self) -> Option<&RawValue> {
        match self {
            Self::None => None,
            Self::Good(_, raw) => Some(raw),
            Self::Bad(raw) => raw.as_deref(),
        }
    }
}

impl Envelope {
    /// Whether it is a response and not a request.
    pub(super) const fn is_response(&self) -> bool {
        self.method.is_none() && self.is_answer_too
    }

    /// The response as JSON.
    pub(super) fn into_response(self) -> Value {
        let id = self.id.raw().and_then(|raw| serde_json::from_str(raw.get()).ok());
        let members = [("jsonrpc", self.jsonrpc), ("id", id), ("result", self.result), ("error", self.error)];
        let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect())
    }
}

impl Line {
    /// Parses a line. JSON that is valid but holds what no value of ours can (1e999) is a message, too: it has an id to
    /// be answered with. So the grammar of the whole is checked first, and each member is parsed by itself.
    pub(super) fn read(line: &[u8]) -> serde_json::Result<Self> {
        let whole: &RawValue = serde_json::from_slice(line)?;
        let whole = whole.get();
        Ok(Self::Other(match whole.as_bytes().first() {
            Some(b'{') => {
                let members = serde_json::Deserializer::from_str(whole).deserialize_map(Members)?;
                return Ok(Self::Object(Box::new(members)));
            }
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        }))
    }
}

/// The object in a text, if it holds one without duplicate names.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    let (mut reader, seen) = (serde_json::Deserializer::from_str(text), Seen::default());
    let Value::Object(object) = Whole::new(&seen).deserialize(&mut reader).ok()? else { return None };
    (reader.end().is_ok() && !seen.twice.get()).then_some(object)
}

/// What was seen of a message so far.
#[derive(Default)]
struct Seen {
    /// Whether an object has a duplicate name.
    twice: Cell<bool>,
    values: Cell<usize>,
}

impl Seen {
    fn are_too_many(&self) -> bool {
        self.values.get() > MOST_VALUES
    }

    /// Counts a value; an error if there are too many.
    fn another<E: de::Error>(&self) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if self.are_too_many() { Err(de::Error::custom("too many values")) } else { Ok(()) }
    }
}

/// What is wrong in a member, without the place: that is counted from the member's beginning, which says nothing to a client.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Reads the members of a message.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let (mut envelope, seen) = (Envelope::default(), Seen::default());
        let mut given = vec![];
        while let Some(name) = map.next_key::<String>()? {
            let raw: &RawValue = map.next_value()?;
            let (member, name) = match name.as_str() {
                "id" => {
                    // With two ids, it cannot be known which is meant.
                    envelope.id = if given.contains(&"id") { Id::Bad(None) } else { Id::of(raw) };
                    (&mut None, "id")
                }
                "jsonrpc" => (&mut envelope.jsonrpc, "jsonrpc"),
                "method" => (&mut envelope.method, "method"),
                "params" => (&mut envelope.params, "params"),
                "result" => (&mut envelope.result, "result"),
                "error" => (&mut envelope.error, "error"),
                _ => continue,
            };
            if given.contains(&name) {
                envelope.twice = Some(name);
            } else {
                given.push(name);
            }
            if name == "id" {
                continue;
            }
            seen.twice.set(false);
            let value = Whole::new(&seen).deserialize(&mut serde_json::Deserializer::from_str(raw.get()));
            if name == "params" {
                let twice = seen.twice.get().then(|| "a name is given twice in one object".to_owned());
                envelope.wrong_params = value.as_ref().err().map(problem).or(twice);
            }
            *member = value.ok();
        }
        envelope.too_many = seen.are_too_many();
        envelope.is_answer_too = given.contains(&"result") || given.contains(&"error");
        Ok(envelope)
    }
}

/// A value, and what is seen in it.
#[derive(Clone, Copy)]
struct Whole<'a> {
    seen: &'a Seen,
    /// How many objects and lists it is in.
    nested: usize,
}

impl<'a> Whole<'a> {
    const fn new(seen: &'a Seen) -> Self {
        Self { seen, nested: 0 }
    }

    /// What is in it, if it is an object or a list; an error if that is nested too deep.
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.nested == MOST_NESTED {
            return Err(E::custom(format_args!("objects and lists are nested at most {MOST_NESTED} deep")));
        }
        Ok(Self { nested: self.nested + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.seen.another()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (mut object, inner) = (Map::new(), self.inner()?);
        while let Some(name) = map.next_key::<String>()? {
            if object.insert(name, map.next_value_seed(inner)?).is_some() {
                self.seen.twice.set(true);
            }
        }
        Ok(Value::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let (mut list, inner) = (vec![], self.inner()?);
        while let Some(value) = seq.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}
