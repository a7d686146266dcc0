//! Half a surrogate pair in JSON input: a JavaScript client writes `"\ud800"` for a text cut through an emoji. The
//! grammar of JSON allows it, but it is no text; the line would be dropped and its caller would wait for ever. So
//! each half is read as U+FFFD, the replacement character, whose escape has the same length.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

/// An escape: `\u` and four hexadecimal digits.
const ESCAPE: usize = 6;
const REPLACEMENT: &[u8; ESCAPE] = b"\\ufffd";

/// A reader of JSON text that replaces every half of a surrogate pair.
pub(crate) struct Mended<R> {
    inner: R,
    /// Bytes read but not decided: the beginning of an escape or of a pair.
    held: Vec<u8>,
    /// Bytes decided but not yet returned.
    mended: Vec<u8>,
    given: usize,
}

impl<R> Mended<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self { inner, held: Vec::new(), mended: Vec::new(), given: 0 }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Mended<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        while this.given == this.mended.len() {
            let mut space = [0; 8192];
            let mut chunk = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            let ended = chunk.filled().is_empty();
            this.held.extend_from_slice(chunk.filled());
            this.mended.clear();
            this.given = 0;
            let decided = mend(&mut this.held);
            let decided = if ended { this.held.len() } else { decided };
            this.mended.extend(this.held.drain(..decided));
            if ended {
                break;
            }
        }
        let amount = out.remaining().min(this.mended.len() - this.given);
        out.put_slice(&this.mended[this.given..this.given + amount]);
        this.given += amount;
        Poll::Ready(Ok(()))
    }
}

/// The beginning of a text.
enum At {
    /// This escape.
    Escape(u16),
    /// Something else.
    Other,
    /// Perhaps an escape; more bytes are needed.
    Unfinished,
}

fn at(text: &[u8]) -> At {
    let digits = text.get(2..text.len().min(ESCAPE)).unwrap_or_default();
    let may_be = text.iter().zip(b"\\u").all(|(a, b)| a == b) && digits.iter().all(u8::is_ascii_hexdigit);
    if !may_be {
        return At::Other;
    }
    let unit = (digits.len() == ESCAPE - 2).then(|| std::str::from_utf8(digits).ok()).flatten();
    unit.and_then(|unit| u16::from_str_radix(unit, 16).ok()).map_or(At::Unfinished, At::Escape)
}

/// Replaces every half pair in a whole text.
pub(super) fn mend_all(text: &mut [u8]) {
    mend(text); // only what could not be JSON anyway is undecided at its end
}

/// Replaces every half pair, and returns how many bytes are decided.
fn mend(text: &mut [u8]) -> usize {
    let mut i = 0;
    while let Some(next) = text[i..].iter().position(|byte| *byte == b'\\') {
        i += next;
        match at(&text[i..]) {
            At::Unfinished => return i,
            At::Other if text.len() - i < 2 => return i,
            At::Other => i += 2, // an escape of one letter
            At::Escape(0xd800..=0xdbff) => match at(&text[i + ESCAPE..]) {
                At::Unfinished => return i,
                At::Escape(0xdc00..=0xdfff) => i += 2 * ESCAPE,
                _ => text[i..i + ESCAPE].copy_from_slice(REPLACEMENT),
            },
            At::Escape(0xdc00..=0xdfff) => text[i..i + ESCAPE].copy_from_slice(REPLACEMENT),
            At::Escape(_) => i += ESCAPE,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// Reads a text that arrives in parts of this many bytes.
    async fn read(text: &str, part: usize) -> String {
        let parts = text.as_bytes().chunks(part).map(<[u8]>::to_vec).collect();
        let mut read = String::new();
        Mended::new(Parts(parts)).read_to_string(&mut read).await.unwrap();
        read
    }

    /// A reader that returns its parts one by one.
    struct Parts(std::collections::VecDeque<Vec<u8>>);

    impl AsyncRead for Parts {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            out: &mut ReadBuf<'_>,
        ) -> Poll<Result<()>> {
            out.put_slice(&self.0.pop_front().unwrap_or_default());
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn halves_are_replaced_and_whole_pairs_are_kept_however_the_text_arrives() {
        let texts = [
            (r#"{"a":"\ud800"}"#, r#"{"a":"\ufffd"}"#),
            (r#""\udc00\ud800x""#, r#""\ufffd\ufffdx""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\uD83D\uDE00 \u00e9 \\ud800 \n\"""#, r#""\uD83D\uDE00 \u00e9 \\ud800 \n\"""#),
            (r#""\\\ud800\\""#, r#""\\\ufffd\\""#),
            ("é😀 no escapes\n", "é😀 no escapes\n"),
            (r#"cut \ud8"#, r#"cut \ud8"#),
            ("not json \\\n\\u12\n", "not json \\\n\\u12\n"),
        ];
        for (text, mended) in texts {
            for part in 1..20 {
                assert_eq!(read(text, part).await, mended, "in parts of {part}");
            }
        }
    }
}
