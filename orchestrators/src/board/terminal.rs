//! A day of the hotel for a terminal: as wide as it is, in its colours.

use super::texts::{clean, fitted, plain, width_for, width_of};
use anstyle::{AnsiColor, Style};
use serde_json::Value;
use std::io::{self, Write};

/// The least width of a room.
const ROOM_WIDTH: usize = 22;
/// The column in which the rooms of a floor begin.
const INDENT: usize = 2;

/// Writes what `hotel_today` answered. `width` is the terminal's, if there is one.
pub(crate) fn drawn(out: &mut impl Write, day: &Value, width: Option<usize>) -> io::Result<()> {
    let width = width_for(width);
    let mut picture = Picture { out, width };
    picture.heading(day)?;
    picture.floors(day)?;
    picture.list("Arrivals", &day["arrivals"], arrival)?;
    picture.list("Departures", &day["departures"], departure)?;
    picture.list("Open requests", &day["open_requests"], request)?;
    picture.list("Calls that need somebody", &day["calls"], call)?;
    if let Some(cut) = day["truncated"].as_array() {
        let cut: Vec<_> = cut.iter().map(plain).collect();
        picture
            .line(Style::new().dimmed(), &format!("Only the beginning is shown of: {}.", cut.join(", ")))?;
    }
    Ok(())
}

struct Picture<'a, W> {
    out: &'a mut W,
    width: usize,
}

impl<W: Write> Picture<'_, W> {
    fn line(&mut self, style: Style, text: &str) -> io::Result<()> {
        writeln!(self.out, "{style}{}{style:#}", fitted(text, self.width))
    }

    fn heading(&mut self, day: &Value) -> io::Result<()> {
        self.line(Style::new().bold(), &format!("{}, {}", plain(&day["hotel"]), plain(&day["date"])))?;
        let counts = &day["counts"];
        let rooms = counts["rooms"].as_object().into_iter().flatten();
        let mut told: Vec<String> =
            rooms.map(|(status, rooms)| format!("{} {}", rooms, clean(status))).collect();
        let mut count = |name: &str, word: &str| {
            told.extend(counts[name].as_u64().map(|count| match (count, word.strip_suffix('s')) {
                (1, Some(one)) => format!("1 {one}"),
                _ => format!("{count} {word}"),
            }));
        };
        count("arrivals", "arrivals");
        count("departures", "departures");
        count("in_house", if day["is_today"] == true { "in house" } else { "expected in house" });
        count("open_requests", "open requests");
        for line in crate::terminal::wrapped(&told.join(" · "), self.width) {
            self.line(Style::new(), &line)?;
        }
        Ok(())
    }

    fn floors(&mut self, day: &Value) -> io::Result<()> {
        let columns = ((self.width - INDENT) / ROOM_WIDTH).max(1);
        let width = (self.width - INDENT) / columns;
        for floor in day["floors"].as_array().into_iter().flatten().rev() {
            writeln!(self.out)?;
            let name = floor["floor"].as_i64().map_or("No floor".to_owned(), |it| format!("Floor {it}"));
            self.line(Style::new().bold(), &name)?;
            let rooms: Vec<_> = floor["rooms"].as_array().into_iter().flatten().collect();
            for row in rooms.chunks(columns) {
                write!(self.out, "{:INDENT$}", "")?;
                for (at, room) in row.iter().enumerate() {
                    let style = style(&room["status"]);
                    let text = fitted(&told(room), width - 1);
                    let gap = if at + 1 == row.len() { 0 } else { width - width_of(&text) };
                    write!(self.out, "{style}{text}{style:#}{:gap$}", "")?;
                }
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    fn list(&mut self, title: &str, rows: &Value, told: fn(&Value) -> String) -> io::Result<()> {
        let Some(rows) = rows.as_array().filter(|rows| !rows.is_empty()) else { return Ok(()) };
        writeln!(self.out)?;
        self.line(Style::new().bold(), title)?;
        for row in rows {
            self.line(Style::new(), &format!("{:INDENT$}{}", "", told(row)))?;
        }
        Ok(())
    }
}

/// A room: its number, and who is in it or how it stands.
fn told(room: &Value) -> String {
    let (number, status) = (plain(&room["room_number"]), plain(&room["status"]));
    match room["guest_name"].as_str() {
        Some(guest) if room["status"] == "Occupied" => format!("{number} {}", clean(guest)),
        Some(guest) => format!("{number} {status}, {}", clean(guest)),
        None => format!("{number} {status}"),
    }
}

fn arrival(booking: &Value) -> String {
    let unready = booking["room_status"].as_str().filter(|status| *status != "Vacant");
    let unready = unready.filter(|_| booking["status"] == "Reserved");
    let room = unready.map(|status| format!(", room is {}", clean(status))).unwrap_or_default();
    let until = &booking["check_out_date"];
    let until = until.as_str().map(|day| format!(", until {}", clean(day))).unwrap_or_default();
    format!("{}{until}{room}", stay(booking))
}

fn departure(booking: &Value) -> String {
    let cents = booking["folio_cents"].as_u64();
    let folio = cents.map(|cents| {
        format!(", {}.{:02} {}", cents / 100, cents % 100, plain(&booking["currency"]).to_uppercase())
    });
    format!("{}{}", stay(booking), folio.unwrap_or_default())
}

fn stay(booking: &Value) -> String {
    let guest =
        if booking["guest_name"].is_null() { "nobody named".into() } else { plain(&booking["guest_name"]) };
    let mut words = vec![plain(&booking["booking_number"])];
    words.extend(booking["room_number"].as_str().map(|room| format!("room {}", clean(room))));
    words.push(guest);
    words.extend(booking["status"].as_str().map(|status| format!("({})", clean(status))));
    words.join(" ")
}

fn request(case: &Value) -> String {
    let room = case["room_number"].as_str().map(|room| format!(" room {}", clean(room)));
    let about = [&case["priority"], &case["type"], &case["status"]].map(plain).join(", ");
    let (number, subject) = (plain(&case["case_number"]), plain(&case["subject"]));
    format!("{number}{} ({about}): {subject}", room.unwrap_or_default())
}

fn call(call: &Value) -> String {
    let mut words = vec![plain(&call["started_at"]), plain(&call["tool"])];
    words.extend(call["booking_number"].as_str().map(clean));
    words.extend(call["why"].as_str().map(|why| format!("({})", clean(why))));
    words.push(format!("token {}", plain(&call["idempotency_token"])));
    words.join(" ")
}

fn style(status: &Value) -> Style {
    let colour = match status.as_str() {
        Some("Vacant") => AnsiColor::Green,
        Some("Occupied") => AnsiColor::Blue,
        Some("Cleaning") => AnsiColor::Yellow,
        Some("Maintenance") => AnsiColor::Red,
        _ => return Style::new().dimmed(),
    };
    colour.on_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn picture(day: &Value, width: usize) -> String {
        let mut out = anstream::StripStream::new(vec![]);
        drawn(&mut out, day, Some(width)).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_no_text_moves_the_cursor() {
        let name = "泡の枕 \u{1b}[2J\r\n\u{202e}Gibbs, who has a long name";
        let day = json!({"hotel": "the sample hotel", "date": "2026-11-28", "is_today": true,
            "counts": {"rooms": {"Occupied": 1, "Vacant": 21}, "arrivals": 1, "departures": 0, "in_house": 1},
            "floors": [{"floor": 1, "rooms": [{"room_number": "101", "status": "Occupied", "guest_name": name},
                {"room_number": "102", "status": "Vacant"}]}],
            "arrivals": [{"booking_number": "BK-0001", "room_number": "101", "guest_name": name, "status": "Reserved"}],
            "departures": [], "truncated": ["arrivals"]});
        for width in [30, 47, 80, 200] {
            let picture = picture(&day, width);
            for line in picture.lines() {
                assert!(width_of(line) <= width, "{width}: {line}");
                assert!(!line.contains(['\u{1b}', '\r', '\u{202e}']), "{line:?}");
            }
            assert!(picture.contains("101 泡の枕") && picture.contains("102 Vacant"), "{picture}");
        }
    }
}
