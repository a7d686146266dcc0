//! The servers' icon: a reception bell. It is part of the answer itself, so no client has to fetch it.

use rmcp::model::Icon;

/// An SVG, written as a URL: `<`, `>`, `#` and blanks are escaped.
const BELL: &str = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2024%2024'%3E\
                    %3Cpath%20fill='%23a16207'%20d='M3%2018h18v2H3zM4%2016a8%208%200%200%201%2016%200zM11%204h2v3h-2z'/%3E\
                    %3C/svg%3E";

/// The icon.
pub(super) fn icon() -> Icon {
    Icon::new(BELL).with_mime_type("image/svg+xml").with_sizes(vec!["any".to_owned()])
}
