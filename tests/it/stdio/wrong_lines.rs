//! Lines that are no request, or a wrong one, are answered with an error, with their id wherever it can be read.

use super::{call, request};
use serde_json::{Value, json};
use tests::World;

const NOT_JSON: i64 = -32700;
const NO_REQUEST: i64 = -32600;
const NO_METHOD: i64 = -32601;
const WRONG_PARAMS: i64 = -32602;

/// What follows a wrong line and must be answered, whatever came before.
const NEXT: u64 = 4711;

/// What a server answers to a line, but for the answer to a good request behind it.
async fn told(world: &World, line: &[u8]) -> Vec<Value> {
    let mut input = line.to_vec();
    input.push(b'\n');
    input.extend_from_slice(request(NEXT, "tools/list", json!({})).as_bytes());
    input.push(b'\n');
    let ran = world.run("staff-server", &[], &[], input).await;
    let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
    assert_eq!(ran.code, Some(0), "{shown}: {}", ran.stderr);
    let (next, others): (Vec<_>, Vec<_>) = ran.lines().into_iter().partition(|line| line["id"] == NEXT);
    assert_eq!(next.len(), 1, "{shown}: the next request was not answered");
    assert!(next[0]["result"]["tools"].is_array(), "{shown}: {}", next[0]);
    others
}

/// One error, with this code and this id.
async fn is_told(world: &World, line: impl AsRef<[u8]>, code: i64, id: &Value) {
    let line = line.as_ref();
    let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
    let told = told(world, line).await;
    let [error] = told.as_slice() else { panic!("{shown}: not one answer: {told:?}") };
    assert_eq!((&error["error"]["code"], &error["id"]), (&json!(code), id), "{shown}: {error}");
    assert!(error.as_object().unwrap().contains_key("id") && error["jsonrpc"] == "2.0", "{error}");
    assert!(error["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    assert!(error.to_string().len() < 500, "{shown}: what was sent is not sent back whole");
}

#[tokio::test]
async fn a_line_that_is_not_json_is_answered_without_an_id() {
    let world = World::new();
    let lines: [&[u8]; 16] = [
        b"hello",
        b"{",
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/list""#,
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}"#,
        br#"{'jsonrpc':'2.0','id':1,'method':'ping'}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"n":NaN}}}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"n":Infinity}}}"#,
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"M\xfcller\"}}",
        b"\xff\xfe{\x00}\x00",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pi\x01ng\"}",
        br#"{"jsonrpc":"2.0","id":1,"method":"ping"} // by hand"#,
        b"Content-Length: 120\r",
        br#"{"jsonrpc":"2.0","id":01,"method":"ping"}"#,
        br#"{"jsonrpc":"2.0","id":1,"method":undefined}"#,
    ];
    for line in lines {
        is_told(&world, line, NOT_JSON, &Value::Null).await;
    }
}

#[tokio::test]
async fn json_that_is_no_request_is_said_to_be_none() {
    let world = World::new();
    let none = Value::Null;
    let cases: [(&str, Value); 36] = [
        ("[]", none.clone()),
        ("[1,2]", none.clone()),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, none.clone()),
        ("null", none.clone()),
        ("true", none.clone()),
        ("7", none.clone()),
        (r#""ping""#, none.clone()),
        ("{}", none.clone()),
        (r#"{"jsonrpc":"2.0"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":1}"#, json!(1)),
        (r#"{"jsonrpc":"2.0","id":"a","params":{}}"#, json!("a")),
        (r#"{"id":2,"method":"tools/list"}"#, json!(2)),
        (r#"{"jsonrpc":"1.0","id":3,"method":"tools/list"}"#, json!(3)),
        (r#"{"jsonrpc":2.0,"id":4,"method":"tools/list"}"#, json!(4)),
        (r#"{"jsonrpc":null,"id":"five","method":"tools/list"}"#, json!("five")),
        (r#"{"jsonrpc":"2.0","id":6,"method":7}"#, json!(6)),
        (r#"{"jsonrpc":"2.0","id":6,"method":null}"#, json!(6)),
        (r#"{"jsonrpc":"2.0","id":6,"method":["tools/list"]}"#, json!(6)),
        (r#"{"jsonrpc":"2.0","method":{}}"#, none.clone()),
        (r#"{"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":null,"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":true,"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}"#, json!(1.5)),
        (
            r#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"tools/list"}"#,
            json!(9_223_372_036_854_775_808_u64),
        ),
        (r#"{"jsonrpc":"2.0","id":1e300,"method":"tools/list"}"#, json!(1e300)),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}"#, none.clone()),
        (r#"{"jsonrpc":"2.0","id":8,"method":"ping","method":"tools/call"}"#, json!(8)),
        (r#"{"jsonrpc":"2.0","id":9,"method":"ping","params":{},"params":{}}"#, json!(9)),
        (r#"{"jsonrpc":"2.0","id":10,"method":"ping","result":{}}"#, json!(10)),
        ("1e999", none.clone()),
        (r#"{"jsonrpc":"2.0","id":1e999,"method":"ping"}"#, none.clone()),
        (r#"{"jsonrpc":1e999,"id":11,"method":"ping"}"#, json!(11)),
        (r#"{"jsonrpc":"2.0","id":12,"method":-1e400}"#, json!(12)),
        (r#"{"jsonrpc":"2.0","error":1e999,"id":13,"method":"ping"}"#, json!(13)),
    ];
    for (line, id) in cases {
        is_told(&world, line, NO_REQUEST, &id).await;
    }
    let long = vec![b'x'; 17 << 20];
    is_told(&world, long, NO_REQUEST, &Value::Null).await;
}

#[tokio::test]
async fn wrong_parameters_are_said_to_be_wrong_and_an_unknown_method_to_be_unknown() {
    let world = World::new();
    let params = |method: &str, params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":"who asks","method":"{method}","params":{params}}}"#)
    };
    for text in [
        "[]",
        r#""text""#,
        "7",
        "{}",
        r#"{"name":7}"#,
        r#"{"name":null,"arguments":{}}"#,
        r#"{"arguments":{}}"#,
        r#"{"name":"search_contacts","arguments":[]}"#,
        r#"{"name":"search_contacts","arguments":["Beth"]}"#,
        r#"{"name":"search_contacts","arguments":7}"#,
        r#"{"name":"search_contacts","arguments":true}"#,
        r#"{"name":"search_contacts","arguments":"Beth"}"#,
        r#"{"name":"search_contacts","arguments":""}"#,
        r#"{"name":"search_contacts","arguments":"[]"}"#,
        r#"{"name":"search_contacts","arguments":"{\"query\":"}"#,
        r#"{"name":"search_contacts","arguments":"{\"query\":1e999}"}"#,
        r#"{"name":"search_contacts","arguments":"\"{}\""}"#,
        r#"{"name":"search_contacts","arguments":{"query":"Beth","query":"Carl"}}"#,
        r#"{"name":"search_contacts","name":"create_case","arguments":{}}"#,
        r#"{"name":"search_contacts","arguments":"{\"query\":\"a\",\"query\":\"b\"}"}"#,
        r#"{"name":"search_contacts","_meta":[]}"#,
        r#"{"name":"search_contacts","_meta":"text"}"#,
    ] {
        is_told(&world, params("tools/call", text), WRONG_PARAMS, &json!("who asks")).await;
    }
    for (method, text) in [
        ("tools/list", "[]"),
        ("tools/list", r#"{"_meta":7}"#),
        ("tools/list", r#"{"cursor":7}"#),
        ("ping", "[1]"),
        ("initialize", "{}"),
        ("initialize", r#"{"protocolVersion":7,"capabilities":{},"clientInfo":{"name":"a","version":"1"}}"#),
        ("server/discover", "7"),
        ("prompts/get", "{}"),
        ("prompts/get", r#"{"name":"arrivals","arguments":7}"#),
    ] {
        is_told(&world, params(method, text), WRONG_PARAMS, &json!("who asks")).await;
    }
    for method in ["nonsense", "", "tools/nonsense", "TOOLS/CALL", "tools/call ", "notifications/initialized"]
    {
        for text in ["{}", "[]", "7"] {
            is_told(&world, params(method, text), NO_METHOD, &json!("who asks")).await;
        }
    }
    is_told(&world, params(&"x".repeat(100_000), "{}"), NO_METHOD, &json!("who asks")).await;
    let tool = params("tools/call", &json!({"name": "x".repeat(100_000)}).to_string());
    is_told(&world, tool, WRONG_PARAMS, &json!("who asks")).await;
}

/// Valid JSON that no value can hold: its id can be read all the same, before what is wrong and behind it.
#[tokio::test]
async fn a_number_out_of_range_or_values_nested_too_deep_are_wrong_parameters_of_the_request() {
    let world = World::new();
    let nested = |deep: usize| format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    let long = format!("1{}", "0".repeat(400));
    let id = json!("who asks");
    for value in ["1e999", "-1e400", &long, &nested(99), &nested(128), &nested(100_000), &objects] {
        for params in [
            format!(r#"{{"name":"search_contacts","arguments":{{"limit":{value}}}}}"#),
            format!(r#"{{"name":"search_contacts","_meta":{{"a":{value}}}}}"#),
            format!(r#"{{"name":"search_contacts","beside":{value}}}"#),
        ] {
            let deep_enough = value == nested(99) && params.contains("beside");
            if deep_enough {
                continue; // nested in 100 objects and lists, which is the most
            }
            for (method, code) in [("tools/call", WRONG_PARAMS), ("nonsense", NO_METHOD)] {
                let before =
                    format!(r#"{{"jsonrpc":"2.0","id":"who asks","method":"{method}","params":{params}}}"#);
                is_told(&world, before, code, &id).await;
                let behind =
                    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":"who asks"}}"#);
                is_told(&world, behind, code, &id).await;
            }
        }
    }
    let many = format!("[{}0]", "0,".repeat(20_000));
    let line =
        format!(r#"{{"jsonrpc":"2.0","method":"tools/list","params":{{"a":{many}}},"id":"who asks"}}"#);
    is_told(&world, line, NO_REQUEST, &id).await;
}

#[tokio::test]
async fn what_asks_nothing_is_not_answered() {
    let world = World::new();
    for line in [
        "",
        "   ",
        "\r",
        "\u{feff}",
        r#"{"jsonrpc":"2.0","method":"notifications/nonsense"}"#,
        r#"{"jsonrpc":"2.0","method":"nonsense","params":{}}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"search_contacts"}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":"text"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
        r#"{"jsonrpc":"2.0","id":5,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":5,"result":7}"#,
        r#"{"jsonrpc":"2.0","id":5,"error":{"code":-1,"message":"no"}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"this line is not JSON"}}"#,
        r#"{"jsonrpc":"2.0","id":5,"result":{},"error":{}}"#,
        r#"{"jsonrpc":"2.0","id":5,"result":1e999}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1e999}}"#,
    ] {
        assert_eq!(told(&world, line.as_bytes()).await, Vec::<Value>::new(), "{line}");
    }
}

#[tokio::test]
async fn a_server_that_was_greeted_answers_the_same_way() {
    let server = World::new().staff();
    server.initialize("2025-06-18").await;
    for (id, params, code) in [
        (900, json!([]), WRONG_PARAMS),
        (901, json!({"arguments": {}}), WRONG_PARAMS),
        (902, json!("x"), WRONG_PARAMS),
    ] {
        let line = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        assert_eq!(server.raw(id, &line.to_string()).await.unwrap()["error"]["code"], code);
    }
    let unknown = server.raw(903, r#"{"jsonrpc":"2.0","id":903,"method":"nonsense"}"#).await;
    assert_eq!(unknown.unwrap()["error"]["code"], NO_METHOD);
    let old = server.raw(904, r#"{"jsonrpc":"1.0","id":904,"method":"ping"}"#).await;
    assert_eq!(old.unwrap()["error"]["code"], NO_REQUEST);
    let beside = r#"{"jsonrpc":"2.0","beside":1e999,"id":906,"method":"ping"}"#;
    assert_eq!(
        server.raw(906, beside).await.unwrap()["result"],
        json!({}),
        "members of no meaning are ignored"
    );
    let ping = server.raw(905, r#"{"jsonrpc":"2.0","id":905,"method":"ping","params":null}"#).await;
    assert_eq!(ping.unwrap()["result"], json!({}));
}

/// Some agents write arguments as a text that holds them.
#[tokio::test]
async fn arguments_written_as_a_text_that_holds_an_object_are_taken_as_that_object() {
    let server = World::new().staff();
    let plain = server.call("search_contacts", json!({"query": "Beth"})).await;
    for text in [r#"{"query":"Beth"}"#, " {\n \"query\": \"Beth\"\n} "] {
        let asked = json!({"name": "search_contacts", "arguments": text});
        let told = server.request("tools/call", asked.clone()).await.unwrap();
        assert_eq!(told["result"]["structuredContent"], plain.0, "{text:?}");
    }
    let greeted = World::new().staff();
    greeted.initialize("2025-11-25").await;
    let asked = json!({"name": "search_contacts", "arguments": r#"{"query":"Beth"}"#});
    let told = greeted.request_as_is("tools/call", asked).await.unwrap();
    assert_eq!(told["result"]["structuredContent"]["data"]["count"], plain.data()["count"]);
    let null = json!({"name": "search_contacts", "arguments": null});
    assert_eq!(
        greeted.request_as_is("tools/call", null).await.unwrap()["result"]["structuredContent"]["success"],
        true
    );
}

/// A last line without its end is a line, too.
#[tokio::test]
async fn an_input_that_ends_within_a_line_is_answered() {
    let world = World::new();
    let whole = world.run("staff-server", &[], &[], request(1, "tools/list", json!({}))).await;
    assert!(whole.lines()[0]["result"]["tools"].is_array(), "{whole:?}");
    let cut = world.run("staff-server", &[], &[], r#"{"jsonrpc":"2.0","id":1,"met"#).await;
    assert_eq!((cut.code, &cut.lines()[0]["error"]["code"]), (Some(0), &json!(NOT_JSON)), "{cut:?}");
}

/// Two requests with one id: which of them an answer would be for, nobody could tell.
#[tokio::test]
async fn an_id_stands_for_one_open_request() {
    let world = World::new();
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let (first, second) = (call(1, "process_guest_checkout", &out), call(1, "search_contacts", &json!({})));
    let ran = world.run("staff-server", &[], &[], format!("{first}\n{second}\n")).await;
    let codes: Vec<_> = ran.lines().iter().filter_map(|line| line["error"]["code"].as_i64()).collect();
    assert_eq!((ran.lines().len(), codes), (2, vec![NO_REQUEST]), "{}", ran.stdout);
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
}
