//! What hostile callers say, and what is said beside it.

use serde_json::{Value, json};
use tests::day;

/// Texts that break what is careless. None is an e-mail, a date, a value of a list or the number of anything there is.
pub(crate) fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\t\r\n",
        "\0",
        "a\0b",
        "'",
        "\"",
        "\\",
        "'; DROP TABLE bookings; --",
        "' OR '1'='1",
        "\" OR 1=1 --",
        "1' UNION SELECT email FROM contacts --",
        "BK-0001' OR Name LIKE '%",
        "\\' OR Name != \\'",
        "%",
        "_",
        "*",
        "NEAR(",
        "\"unclosed",
        "a AND",
        "-- ",
        "/* */",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%s%s%n%x",
        "{0}{}",
        "$(reboot)",
        "`id`",
        "; rm -rf /",
        "| cat /etc/passwd",
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "file:///etc/passwd",
        "<script>alert(1)</script>",
        "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
        "\u{202e}gnp.exe",
        "\u{feff}\u{200b}\u{200d}",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا بالعالم",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
        "\u{1b}[31mred\u{7}\u{8}",
        "\u{85}\u{2028}\u{2029}",
        "\u{ffff}\u{fffe}",
        "null",
        "undefined",
        "NaN",
        "-1",
        "0",
        "1e309",
        "0x7fffffff",
        "2026-02-30",
        "9999-99-99",
        "0000-00-00",
        "-9999-01-01",
        "99999-01-01",
        "2026-11-21T00:00:00Z",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a@b..c",
        "a b@c.d",
        "ａ＠ｂ．ｃ",
        "pm_",
        "pm_card_visa'",
        "pi_",
        "pi_x",
        "true",
        "[]",
        "{}",
    ]
    .map(str::to_owned)
    .into();
    texts.push("9".repeat(400));
    texts.push("-".to_owned() + &"9".repeat(4_000));
    texts.push("a".repeat(32_001));
    texts.push("x".repeat(1_000_000));
    texts
}

/// Values of the wrong type for a text.
pub(crate) fn wrong_types() -> Vec<Value> {
    let deep = (0..90).fold(json!("deep"), |inner, _| json!([inner]));
    let wide = (0..90).fold(json!({}), |inner, _| json!({"a": inner}));
    vec![
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(1e308),
        json!(true),
        json!(false),
        json!([]),
        json!(["BK-0001"]),
        json!({}),
        json!({"$ne": null}),
        json!([null]),
        deep,
        wide,
    ]
}

/// Arguments that can be read, about things that do not exist: a call that changes nothing.
fn harmless(field: &str) -> Option<Value> {
    Some(match field {
        "booking_number" => json!("BK-9999"),
        "room_number" => json!("999"),
        "case_number" => json!("99999999"),
        "guest_email" | "email" => json!("beth.gibbs@email.com"),
        "staff_email" => json!("manager@dewyhotel.com"),
        "payment_intent_id" => json!("pi_unknown"),
        "payment_method_id" => json!("pm_card_visa"),
        "first_name" | "last_name" | "guest_first_name" | "guest_last_name" => json!("Beth"),
        "phone" | "guest_phone" => json!("+15550100001"),
        "check_in_date" | "arriving_on" => json!(day(60)),
        "check_out_date" | "departing_on" => json!(day(61)),
        "description" | "reason" | "special_requests" => json!("A text."),
        _ => return None,
    })
}

/// Arguments of a tool, complete and harmless.
pub(crate) fn arguments_of(tool: &Value) -> Value {
    let schema = &tool["inputSchema"];
    let mut arguments = json!({});
    for (field, about) in schema["properties"].as_object().expect("properties") {
        let required = schema["required"].as_array().is_some_and(|list| list.contains(&json!(field)));
        if let Some(value) = harmless(field) {
            arguments[field] = value;
        } else if required {
            arguments[field] = about["enum"][0].clone();
        }
    }
    if tool["name"] == "check_in_guest" {
        arguments["check_in_date"] = json!(day(0));
    }
    arguments
}
