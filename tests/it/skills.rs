//! The tools that read, one file each.

mod hotel_today;
mod retrieve_payment_status;
mod search_available_rooms;
mod search_bookings_on_behalf_of_guest;
mod search_bookings_on_behalf_of_staff;
mod search_cases_on_behalf_of_guest;
mod search_cases_on_behalf_of_staff;
mod search_contacts;
mod search_rooms_on_behalf_of_guest;
mod search_rooms_on_behalf_of_staff;
mod search_tool_calls;

use serde_json::Value;
use tests::{Server, Told};

/// One column of a list, in its order. The count is how many there are in it.
fn column(told: &Told, list: &str, name: &str) -> Vec<String> {
    let rows = told.data()[list].as_array().expect("a list");
    assert_eq!(told.data()["count"], rows.len());
    rows.iter().map(|row| row[name].as_str().expect("a text").to_owned()).collect()
}

/// One column of a list read page by page to its end. No page is empty or longer than `limit`, and the total stays.
async fn pages(
    server: &Server,
    tool: &str,
    list: &str,
    name: &str,
    arguments: Value,
    limit: u8,
) -> Vec<String> {
    let (mut seen, mut cursor, mut total) = (vec![], Value::Null, None);
    loop {
        let mut arguments = arguments.clone();
        arguments["limit"] = limit.into();
        arguments["cursor"] = cursor;
        let told = server.call(tool, arguments).await;
        let page = column(&told, list, name);
        assert!((1..=usize::from(limit)).contains(&page.len()), "{told:?}");
        seen.extend(page);
        let counted = told.data()["total"].clone();
        assert_eq!(*total.get_or_insert_with(|| counted.clone()), counted);
        cursor = told.data()["next_cursor"].clone();
        if cursor.is_null() {
            assert!(counted.is_null() || counted == seen.len(), "{counted} in all, {} listed", seen.len());
            return seen;
        }
    }
}
