//! The arguments of `call` as people type them: `key=value …`, a JSON object, `@FILE`, or `-` for stdin.

use crate::tool::Tool;
use anyhow::{Context, bail};
use serde_json::{Map, Value};

/// Reads a tool's arguments. Whether they are right, the tool itself says.
pub(super) fn read(tool: &Tool, given: &[String]) -> anyhow::Result<Value> {
    match given {
        [] => Ok(Value::Object(Map::new())),
        [one] if one.starts_with(['{', '[']) => json(one, "the arguments"),
        [one] if one == "-" => {
            let text = std::io::read_to_string(std::io::stdin()).context("stdin cannot be read")?;
            json(&text, "stdin")
        }
        [one] if one.starts_with('@') => {
            let file = &one[1..];
            let text = std::fs::read_to_string(file).with_context(|| format!("{file} cannot be read"))?;
            json(&text, file)
        }
        pairs => fields(tool, pairs),
    }
}

fn json(text: &str, whence: &str) -> anyhow::Result<Value> {
    serde_json::from_str(text).with_context(|| format!("{whence}: not JSON"))
}

fn fields(tool: &Tool, pairs: &[String]) -> anyhow::Result<Value> {
    let mut fields = Map::new();
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            bail!("{pair}: give key=value, one JSON object, @FILE, or - for JSON on stdin");
        };
        let (name, value) = match name.strip_suffix(':') {
            Some(name) => (name, json(text, &format!("{name}:="))?),
            None => (name, typed(&tool.input_schema["properties"][name], text)),
        };
        match (fields.get_mut(name), value) {
            // A list may be given item by item.
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more),
            (Some(_), _) => bail!("{name} is given twice"),
            (None, value) => {
                fields.insert(name.to_owned(), value);
            }
        }
    }
    Ok(Value::Object(fields))
}

/// A text as a value of the type its schema names. A text that is none of this type stays a text: the tool refuses it
/// in its own words.
fn typed(schema: &Value, text: &str) -> Value {
    let other = || Value::from(text);
    match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map_or_else(|_| other(), Value::from),
        Some("number") => text.parse::<f64>().map_or_else(|_| other(), Value::from),
        Some("boolean") => match text {
            "true" | "yes" => true.into(),
            "false" | "no" => false.into(),
            _ => other(),
        },
        Some("array") => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|item| typed(&schema["items"], item)).collect()
        }
        _ => other(),
    }
}

#[cfg(test)]
mod tests {
    use super::typed;
    use serde_json::json;

    #[test]
    fn a_text_becomes_what_its_schema_says() {
        let typed = |schema, text| typed(&schema, text);
        assert_eq!(typed(json!({"type": "integer"}), "29998"), json!(29998));
        assert_eq!(typed(json!({"type": "integer"}), "much"), json!("much"));
        assert_eq!(typed(json!({"type": "boolean"}), "true"), json!(true));
        assert_eq!(typed(json!({"type": "boolean"}), "no"), json!(false));
        assert_eq!(typed(json!({"type": "boolean"}), "maybe"), json!("maybe"));
        assert_eq!(typed(json!({"type": "string"}), "205"), json!("205"));
        let list = json!({"type": "array", "items": {"type": "string"}});
        assert_eq!(typed(list.clone(), "BK-0001, BK-0002"), json!(["BK-0001", "BK-0002"]));
        assert_eq!(typed(list, ""), json!([]));
        assert_eq!(typed(json!(null), "of a field that nobody knows"), json!("of a field that nobody knows"));
    }
}
