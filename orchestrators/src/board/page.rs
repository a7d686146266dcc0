//! The two pages that draw what tools answer: in a host that shows MCP Apps, which hands them the answer, or in a
//! browser, with the answer inside.

use serde_json::Value;
use std::sync::LazyLock;

/// The board: what `hotel_today` answers.
pub(crate) static BOARD: LazyLock<String> = LazyLock::new(|| whole(include_str!("board.html")));
/// The timeline of calls: what `search_tool_calls` answers.
pub(crate) static CALLS: LazyLock<String> = LazyLock::new(|| whole(include_str!("calls.html")));

/// A page with the script that both have.
fn whole(page: &str) -> String {
    page.replacen("/* view.js */", include_str!("view.js"), 1)
}

/// The place of the answer in a page.
const PLACE: &str = r#"<script type="application/json" id="answer"></script>"#;

/// A page with an answer inside. No text of the answer can end the element that holds it.
pub(crate) fn filled(page: &str, answer: &Value) -> String {
    let answer = answer.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028");
    page.replacen(PLACE, &PLACE.replace("></", &format!(">{answer}</")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_page_is_small_and_has_one_place_for_an_answer() {
        for page in [&*BOARD, &*CALLS] {
            assert!(page.len() < 40_000, "{} bytes", page.len());
            assert_eq!(page.matches(PLACE).count(), 1);
        }
    }

    #[test]
    fn a_hostile_text_stays_inside_its_element() {
        let answer = json!({"hotel": "</script><script>alert(1)</script><!--"});
        let page = filled(&BOARD, &answer);
        assert_eq!(page.matches("<script").count(), BOARD.matches("<script").count());
        assert_eq!(page.matches("</script").count(), BOARD.matches("</script").count());
        assert_eq!(page.matches("<!--").count(), BOARD.matches("<!--").count());
        let (_, rest) = page.split_once(r#"id="answer">"#).unwrap();
        let read: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        assert_eq!(read, answer);
    }
}
