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

/// The content of a line of JSON.
pub(super) enum Line {
    /// An object, which may be a message.
    Object(Box<Envelope>),
    /// Something else, and its type.
    Other(&'static str),
    /// It has more than [`MOST_VALUES`].
    TooMany,
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
    /// Whether an object in the parameters has a duplicate name.
    pub(super) params_say_twice: bool,
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
    fn of(raw: Box<RawValue>) -> serde_json::Result<Self> {
        let value: Value = serde_json::from_str(raw.get())?;
        if let Ok(id) = serde_json::from_value(value.clone()) {
            return Ok(Self::Good(id, raw));
        }
        Ok(Self::Bad(value.is_number().then_some(raw)))
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
    /// Parses a line.
    pub(super) fn read(line: &[u8]) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_slice(line);
        let seen = Seen::default();
        let read = reader.deserialize_any(LineVisitor(&seen));
        if seen.are_too_many() {
            return Ok(Self::TooMany);
        }
        let read = read?;
        reader.end()?;
        Ok(read)
    }
}

/// The object in a text, if it holds one without duplicate names.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    let (mut reader, seen) = (serde_json::Deserializer::from_str(text), Seen::default());
    let Value::Object(object) = Whole(&seen).deserialize(&mut reader).ok()? else { return None };
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

struct LineVisitor<'a>(&'a Seen);

impl<'de> Visitor<'de> for LineVisitor<'_> {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
        let mut envelope = Envelope::default();
        let mut has_id = false;
        while let Some(name) = map.next_key::<String>()? {
            self.0.twice.set(false);
            let (member, name) = match name.as_str() {
                "id" => {
                    let id = Id::of(map.next_value()?).map_err(de::Error::custom)?;
                    // With two ids, it cannot be known which is meant.
                    envelope.id = if has_id { Id::Bad(None) } else { id };
                    if std::mem::replace(&mut has_id, true) {
                        envelope.twice = Some("id");
                    }
                    continue;
                }
                "jsonrpc" => (&mut envelope.jsonrpc, "jsonrpc"),
                "method" => (&mut envelope.method, "method"),
                "params" => (&mut envelope.params, "params"),
                "result" => (&mut envelope.result, "result"),
                "error" => (&mut envelope.error, "error"),
                _ => {
                    map.next_value_seed(Whole(self.0))?;
                    continue;
                }
            };
            if member.replace(map.next_value_seed(Whole(self.0))?).is_some() {
                envelope.twice = Some(name);
            }
            envelope.params_say_twice |= name == "params" && self.0.twice.get();
        }
        envelope.is_answer_too = envelope.result.is_some() || envelope.error.is_some();
        Ok(Line::Object(Box::new(envelope)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Line, A::Error> {
        while seq.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(Line::Other("a list"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Line, E> {
        Ok(Line::Other("true or false"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Line, E> {
        Ok(Line::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Line, E> {
        Ok(Line::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Line, E> {
        Ok(Line::Other("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Line, E> {
        Ok(Line::Other("a text"))
    }

    fn visit_unit<E>(self) -> Result<Line, E> {
        Ok(Line::Other("null"))
    }
}

/// A value, and what is seen in it.
#[derive(Clone, Copy)]
struct Whole<'a>(&'a Seen);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.another()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if object.insert(name, map.next_value_seed(self)?).is_some() {
                self.0.twice.set(true);
            }
        }
        Ok(Value::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = vec![];
        while let Some(value) = seq.next_element_seed(self)? {
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
