//! What a request may name, and where it may go.

use super::issuer::{Issuer, Key};
use super::{BETH, Caller, World, dev, own_bookings, status, trusting};
use serde_json::json;

#[tokio::test]
async fn a_page_of_another_site_cannot_ask_whatever_name_it_gives_the_server() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    for header in [("host", "evil.example"), ("origin", "https://evil.example"), ("origin", "null")] {
        assert_eq!(beth.post(&address, &own_bookings(), &[header]).await.status, 403, "{header:?}");
        assert_eq!(
            Caller::new(None).post(&address, &own_bookings(), &[header]).await.status,
            403,
            "{header:?}"
        );
    }
    let page = ("origin", "http://localhost:6274");
    let reply = beth.post(&address, &own_bookings(), &[page]).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, page.1));
}

#[tokio::test]
async fn hosts_and_origins_are_those_of_the_settings() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let lists = [
        ("HOTEL_HTTP_HOSTS", "mcp.hotel.example, other.example:8443"),
        ("HOTEL_HTTP_ORIGINS", "https://app.hotel.example"),
    ];
    let server = trusting(&world, &issuer, &lists);
    let address = server.address().await;
    let beth = Caller::new(Some(&issuer.token(BETH)));
    let cases: [(&[(&str, &str)], u16); 5] = [
        (&[("host", "mcp.hotel.example")], 200),
        (&[("host", "other.example:8443")], 200),
        (&[("host", "other.example")], 403),
        (&[], 403), // 127.0.0.1 is not on the list
        (&[("host", "mcp.hotel.example"), ("origin", "https://app.hotel.example")], 200),
    ];
    for (headers, status) in cases {
        assert_eq!(beth.post(&address, &own_bookings(), headers).await.status, status, "{headers:?}");
    }
    let page = [("host", "mcp.hotel.example"), ("origin", "http://localhost")];
    assert_eq!(beth.post(&address, &own_bookings(), &page).await.status, 403);
}

#[tokio::test]
async fn a_client_without_a_token_finds_out_where_to_get_one() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let nobody = Caller::new(None);
    let reply = nobody.post(&address, &own_bookings(), &[]).await;
    assert_eq!(reply.status, 401);
    let (_, behind) = reply.header("www-authenticate").split_once("resource_metadata=\"").unwrap();
    let metadata = nobody.get(behind.split('"').next().unwrap()).await.json();
    assert_eq!(metadata["resource"], address);
    assert_eq!(metadata["authorization_servers"], json!([issuer.base()]));
    assert_eq!(metadata["scopes_supported"], json!(["hotel:guest"]));
    let base = address.trim_end_matches("/mcp");
    let root = nobody.get(&format!("{base}/.well-known/oauth-protected-resource")).await;
    assert_eq!(root.json(), metadata);
}

#[tokio::test]
async fn behind_a_proxy_the_metadata_names_the_address_that_clients_use() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let audience = "https://mcp.hotel.example/mcp";
    let server = trusting(&world, &issuer, &[("HOTEL_HTTP_AUDIENCE", audience)]);
    let address = server.address().await;
    let host = [("host", "mcp.hotel.example")];
    let reply = Caller::new(None).post(&address, &own_bookings(), &host).await;
    let about = "resource_metadata=\"https://mcp.hotel.example/.well-known/oauth-protected-resource/mcp\"";
    assert!(reply.header("www-authenticate").contains(about), "{reply:?}");
    let base = address.trim_end_matches("/mcp");
    let metadata = Caller::new(None).get(&format!("{base}/.well-known/oauth-protected-resource")).await;
    assert_eq!(metadata.json()["resource"], audience);
}

#[tokio::test]
async fn elsewhere_there_is_nothing_and_sessions_there_are_none() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let base = address.trim_end_matches("/mcp");
    let nobody = Caller::new(None);
    assert_eq!(nobody.get(&format!("{base}/")).await.status, 404);
    assert_eq!(nobody.get(&format!("{base}/mcp/")).await.status, 404);
    assert_eq!(nobody.get(&address).await.status, 401, "a stream to listen to takes a token, too");
    assert_eq!(nobody.post(&format!("{base}/healthz"), &json!({}), &[]).await.status, 405);
}

/// Clients compare letter by letter, and look for the metadata below the resource's own path (RFC 9728).
#[tokio::test]
async fn issuer_and_resource_are_said_as_they_were_set() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let with_slash = format!("{}/", issuer.base());
    for (audience, resource, behind) in [
        ("https://mcp.hotel.example", Some("https://mcp.hotel.example"), ""),
        ("https://mcp.hotel.example/guest/mcp", Some("https://mcp.hotel.example/guest/mcp"), "/guest/mcp"),
        ("api://1111-2222", None, "/mcp"), // an audience that only looks like an address
    ] {
        let settings = [("HOTEL_HTTP_ISSUER", with_slash.as_str()), ("HOTEL_HTTP_AUDIENCE", audience)];
        let server = trusting(&world, &issuer, &settings);
        let address = server.address().await;
        let base = address.trim_end_matches("/mcp");
        let challenge = Caller::new(None).post(&address, &own_bookings(), &[]).await;
        let path = format!("/.well-known/oauth-protected-resource{behind}");
        let about =
            format!("resource_metadata=\"{}{path}\"", resource.map_or(base, |_| "https://mcp.hotel.example"));
        assert!(challenge.header("www-authenticate").contains(&about), "{challenge:?}");
        let metadata = Caller::new(None).get(&format!("{base}{path}")).await.json();
        assert_eq!(metadata["resource"], resource.unwrap_or(&address));
        assert_eq!(metadata["authorization_servers"], json!([with_slash]));
        let claims = tests::with(issuer.claims(BETH), json!({"aud": audience}));
        assert_eq!(status(&address, &issuer.key.signs("first", &claims)).await, 200);
    }
}
