//! The floor: a server with one read and one durable insert, written with rmcp and rusqlite in the simplest way. It is
//! the bench's own binary, started again under [`COMMAND`].

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, ServiceExt};
use rmcp::{ErrorData, RoleServer};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;

/// The argument that makes the bench's binary this server.
pub(crate) const COMMAND: &str = "bare-server";

struct Bare {
    hotel: Mutex<Connection>,
    notes: Mutex<Connection>,
}

/// Serves the hotel in `folder` until the input ends.
pub(crate) fn serve(folder: &Path) {
    let hotel = Connection::open(folder.join("hotel.db")).expect("a hotel");
    let notes = Connection::open(folder.join("notes.db")).expect("a file for notes");
    notes
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, room TEXT NOT NULL, text TEXT NOT NULL);",
        )
        .expect("a table of notes");
    let bare = Bare { hotel: Mutex::new(hotel), notes: Mutex::new(notes) };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let running = bare.serve(rmcp::transport::stdio()).await.expect("a client");
        running.waiting().await.expect("an orderly end");
    });
}

impl Bare {
    fn find_booking(&self, number: &str) -> rusqlite::Result<Value> {
        let sql = "SELECT number, status, check_in, check_out, guests, prices FROM bookings WHERE number = ?";
        self.hotel.lock().expect("not poisoned").prepare_cached(sql)?.query_row([number], |row| {
            Ok(json!({
                "number": row.get::<_, String>(0)?,
                "status": row.get::<_, String>(1)?,
                "check_in": row.get::<_, String>(2)?,
                "check_out": row.get::<_, String>(3)?,
                "guests": row.get::<_, i64>(4)?,
                "prices": row.get::<_, String>(5)?,
            }))
        })
    }

    fn add_note(&self, room: &str, text: &str) -> rusqlite::Result<Value> {
        let notes = self.notes.lock().expect("not poisoned");
        notes.prepare_cached("INSERT INTO notes (room, text) VALUES (?, ?)")?.execute([room, text])?;
        Ok(json!({"id": notes.last_insert_rowid()}))
    }
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let takes = |names: &[&str]| {
            let properties: serde_json::Map<_, _> =
                names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
            let schema = json!({"type": "object", "properties": properties, "required": names});
            std::sync::Arc::new(schema.as_object().cloned().unwrap_or_default())
        };
        Ok(ListToolsResult::with_all_items(vec![
            Tool::new("find_booking", "Find a booking by its number.", takes(&["booking_number"])),
            Tool::new("add_note", "Note something about a room.", takes(&["room_number", "text"])),
        ]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        let done = match &*request.name {
            "find_booking" => self.find_booking(text("booking_number")),
            _ => self.add_note(text("room_number"), text("text")),
        };
        let found = done.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        Ok(CallToolResult::structured(json!({"success": true, "data": found})).into())
    }
}
