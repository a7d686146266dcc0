//! `application/x-www-form-urlencoded`, flat as Twilio reads it and deep as Stripe does: `metadata[guest]=…`,
//! `payment_method_types[]=card`, `expand[0]=…`.

use serde_json::{Map, Value};

/// The pairs of a form, in order.
#[must_use]
pub fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

/// A flat form as an object; an error if a name comes twice.
///
/// # Errors
/// The name that comes twice.
pub fn flat(form: &[u8]) -> Result<Map<String, Value>, String> {
    let mut fields = Map::new();
    for (name, value) in pairs(form) {
        if fields.insert(name.clone(), value.into()).is_some() {
            return Err(name);
        }
    }
    Ok(fields)
}

/// A form with objects and lists in its names, as an object of strings.
///
/// # Errors
/// The name that cannot be understood, or that comes twice.
pub fn deep(form: &[u8]) -> Result<Value, String> {
    let mut root = Value::Object(Map::new());
    for (name, value) in pairs(form) {
        let path = path(&name).ok_or_else(|| name.clone())?;
        put(&mut root, &path, value).ok_or(name)?;
    }
    Ok(root)
}

/// `a[b][]` is `a`, `b`, ``.
fn path(name: &str) -> Option<Vec<&str>> {
    let (first, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut path = vec![first];
    while !rest.is_empty() {
        let (part, more) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(part);
        rest = more;
    }
    (!first.is_empty()).then_some(path)
}

fn put(at: &mut Value, path: &[&str], value: String) -> Option<()> {
    let Some((name, rest)) = path.split_first() else {
        *at = Value::String(value);
        return Some(());
    };
    let index = name.parse::<usize>().ok();
    if at.is_null() {
        let list = name.is_empty() || index.is_some();
        *at = if list { Value::Array(vec![]) } else { Value::Object(Map::new()) };
    }
    match at {
        Value::Array(list) if name.is_empty() || index == Some(list.len()) => list.push(Value::Null),
        Value::Array(list) if index.is_some_and(|index| index + 1 == list.len()) && !rest.is_empty() => {}
        Value::Object(fields) if !name.is_empty() => {
            let field = fields.entry(*name).or_insert(Value::Null);
            // A value of another kind cannot contain the next name.
            if !field.is_null() && (rest.is_empty() || field.is_string()) {
                return None;
            }
            return put(field, rest, value);
        }
        _ => return None,
    }
    put(at.as_array_mut()?.last_mut()?, rest, value)
}

#[cfg(test)]
mod tests {
    use super::{deep, flat};
    use serde_json::json;

    #[test]
    fn objects_and_lists_are_read_from_the_names() {
        let form = b"amount=50&metadata[guest]=a%40b.c&metadata%5Bbooking%5D=BK&types[]=card&types[]=link&expand[0]=x&expand[1]=y";
        let read = deep(form).unwrap();
        let expected = json!({
            "amount": "50", "metadata": { "guest": "a@b.c", "booking": "BK" },
            "types": ["card", "link"], "expand": ["x", "y"],
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (form, name) in
            [("a=1&a=2", "a"), ("a[b=1", "a[b"), ("a=1&a[b]=2", "a[b]"), ("a[1]=x", "a[1]"), ("[a]=1", "[a]")]
        {
            assert_eq!(deep(form.as_bytes()).unwrap_err(), name, "{form}");
        }
        assert_eq!(flat(b"To=1&To=2").unwrap_err(), "To");
    }
}
