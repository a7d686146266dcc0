//! The manual of each persona, served as the Skills extension wants it, and as a plain resource to everybody else.

use super::prompts::HOUSEKEEPING;
use super::{asked, refused};
use crate::personas;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use tests::{Server, World};

const EXTENSION: &str = "io.modelcontextprotocol/skills";

fn servers(world: &World) -> [(Server, &'static str); 3] {
    [
        (world.staff(), "hotel-front-desk"),
        (world.kiosk(), "hotel-guest-service"),
        (world.start("housekeeping-server", &[], &[HOUSEKEEPING]), "hotel-housekeeping"),
    ]
}

/// The text of a resource.
async fn read(server: &Server, uri: &str) -> String {
    let told = asked(server, "resources/read", json!({"uri": uri})).await;
    let [file] = told["contents"].as_array().unwrap().as_slice() else { panic!("one file: {told}") };
    assert_eq!((&file["uri"], &file["mimeType"]), (&json!(uri), &json!("text/markdown")));
    assert!(told["ttlMs"].as_u64().unwrap() > 0 && told["cacheScope"] == "private", "{told}");
    file["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_persona_has_one_skill_and_its_file_is_what_the_list_says() {
    for (server, name) in servers(&World::new()) {
        let discovered = asked(&server, "server/discover", json!({})).await;
        let capabilities = &discovered["capabilities"];
        assert_eq!(capabilities["extensions"][EXTENSION], json!({}), "{capabilities}");
        assert!(capabilities["resources"].is_object(), "the extension wants it: {capabilities}");
        let list = asked(&server, "skills/list", json!({})).await;
        assert!(list["ttlMs"].as_u64().unwrap() > 0 && list["cacheScope"] == "private", "{list}");
        let [skill] = list["skills"].as_array().unwrap().as_slice() else { panic!("one: {list}") };
        let uri = format!("skill://{name}/SKILL.md");
        assert_eq!((&skill["uri"], &skill["frontmatter"]["name"]), (&json!(uri), &json!(name)));
        let got = asked(&server, "skills/get", json!({"uri": uri})).await;
        assert_eq!(&got["skill"], skill);
        let file = read(&server, &uri).await;
        let digest: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
        let told = json!([{"uri": uri, "digest": format!("sha256:{digest}"), "size": file.len()}]);
        assert_eq!(skill["resources"], told);
        let description = skill["frontmatter"]["description"].as_str().unwrap();
        assert!(file.starts_with(&format!("---\nname: {name}\ndescription: {description}\n---\n")), "{file}");
        assert!((1..=1024).contains(&description.len()), "the specification's limit");
        let listed = asked(&server, "resources/list", json!({})).await["resources"].clone();
        assert!(
            listed.as_array().unwrap().iter().any(|it| it["uri"] == uri && it["name"] == name),
            "{listed}"
        );
    }
}

#[tokio::test]
async fn a_client_of_before_2026_sees_a_resource_and_no_extension() {
    for (server, name) in servers(&World::new()) {
        let greeting = server.initialize("2025-11-25").await;
        assert!(greeting["capabilities"]["extensions"][EXTENSION].is_null(), "{greeting}");
        assert!(greeting["capabilities"]["resources"].is_object(), "{greeting}");
        let uri = format!("skill://{name}/SKILL.md");
        for (method, params) in [("skills/list", json!({})), ("skills/get", json!({"uri": uri}))] {
            let told = server.request_as_is(method, params).await.unwrap();
            assert_eq!(told["error"]["code"], -32601, "{method}: {told}");
        }
        let read = server.request_as_is("resources/read", json!({"uri": uri})).await.unwrap();
        let text = read["result"]["contents"][0]["text"].as_str().unwrap_or_else(|| panic!("{read}"));
        assert!(text.contains(&format!("name: {name}")), "{text}");
    }
}

#[tokio::test]
async fn another_personas_manual_does_not_exist() {
    let guest = World::new().kiosk();
    let others = "skill://hotel-front-desk/SKILL.md";
    for (method, uri, said) in [
        ("skills/get", others, "there is no skill"),
        ("skills/get", "skill://hotel-guest-service/other.md", "SKILL.md"),
        ("resources/read", others, "there is no resource"),
        ("resources/read", "skill://hotel-guest-service/../SKILL.md", "there is no resource"),
    ] {
        let told = refused(&guest, method, json!({"uri": uri})).await;
        assert!(told.contains(said), "{told}");
    }
    for method in ["skills/get", "resources/read"] {
        for params in [json!({}), json!({"uri": 7})] {
            assert!(refused(&guest, method, params).await.contains("params.uri"), "{method}");
        }
    }
}

#[test]
fn manuals_name_every_tool_of_their_persona_and_no_other() {
    for persona in personas() {
        let manual = persona.guidance.manual.as_ref().expect("a manual");
        let quoted: BTreeSet<&str> = manual.file.split('`').skip(1).step_by(2).collect();
        let tools: BTreeSet<&str> = persona.tools.iter().map(|tool| tool.name).collect();
        let strange: Vec<_> = quoted.difference(&tools).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", manual.name);
        let unnamed: Vec<_> =
            tools.difference(&quoted).filter(|tool| **tool != "create_contact_if_not_found").collect();
        assert!(unnamed.is_empty(), "{}: create_booking adds people by itself, but {unnamed:?}", manual.name);
        assert!(manual.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", manual.name);
        assert!(manual.file.len() < 6_000, "it is read in one go: {} bytes", manual.file.len());
    }
}

#[tokio::test]
async fn the_server_shows_an_icon_and_names_the_hotel() {
    for (server, _) in servers(&World::new()) {
        let about =
            asked(&server, "server/discover", json!({})).await["_meta"]["io.modelcontextprotocol/serverInfo"]
                .clone();
        assert!(about["title"].as_str().is_some_and(|title| title.contains("hotel")), "{about}");
        let icon = &about["icons"][0];
        assert_eq!((&icon["mimeType"], &icon["sizes"]), (&json!("image/svg+xml"), &json!(["any"])), "{icon}");
        let src = icon["src"].as_str().unwrap();
        let svg = src.strip_prefix("data:image/svg+xml,").unwrap();
        assert!(
            !svg.contains([' ', '<', '>', '#', '"']) && src.len() < 400,
            "no client has to mend it: {src}"
        );
        let drawn = percent_encoding::percent_decode_str(svg).decode_utf8().unwrap();
        assert!(
            drawn.starts_with("<svg xmlns='http://www.w3.org/2000/svg'") && drawn.ends_with("</svg>"),
            "{drawn}"
        );
        assert_eq!(drawn.matches('<').count(), drawn.matches('>').count());
    }
}
