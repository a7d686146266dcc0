//! The body of a request: read whole, within a length and a time.

use super::room::{Held, Room};
use super::{BODY, BODY_TIME, DRAIN_PAUSE, DRAINED};
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Bytes};
use hyper::header::{CONTENT_LENGTH, EXPECT};

/// Why a body was not read.
pub(super) enum Unread {
    /// It is longer than it may be.
    TooLong,
    /// It did not come in time.
    TooLate,
    /// The connection broke, or what came is no body.
    Broken,
    /// It is long, and others hold all the room for such.
    NoRoom,
}

/// How long a request says its body is.
pub(super) fn length(headers: &HeaderMap) -> Option<usize> {
    // A number too large to be counted is too long all the same.
    let digits = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    Some(digits.parse().unwrap_or(usize::MAX))
}

/// Throws away what a client still sends of a body that nobody reads, while it is already answered: otherwise it would see a
/// broken connection and not the answer. A client that waits to be told to go on (`Expect`) sends nothing.
pub(super) fn throw_away<B: Body<Data = Bytes> + Send + 'static>(headers: &HeaderMap, body: B) {
    if headers.contains_key(EXPECT) {
        return;
    }
    tokio::spawn(async move {
        let mut body = Box::pin(body);
        let mut length = 0;
        let reading = async {
            while let Ok(Some(Ok(frame))) = tokio::time::timeout(DRAIN_PAUSE, body.frame()).await {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > DRAINED {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(BODY_TIME, reading).await; // either way the connection ends now
    });
}

/// Reads a body. One that is too long is read on for a while and thrown away: a client that is still sending would otherwise
/// see a broken connection and not the answer.
pub(super) async fn read<'a, B: Body<Data = Bytes>>(
    body: B,
    room: &'a Room,
    held: &mut Held<'a>,
) -> Result<Vec<u8>, Unread> {
    tokio::time::timeout(BODY_TIME, whole(body, room, held)).await.unwrap_or(Err(Unread::TooLate))
}

async fn whole<'a, B: Body<Data = Bytes>>(
    body: B,
    room: &'a Room,
    held: &mut Held<'a>,
) -> Result<Vec<u8>, Unread> {
    let mut body = std::pin::pin!(body);
    let (mut read, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= BODY {
            if !room.holds(held, length) {
                return Err(Unread::NoRoom);
            }
            read.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        } else {
            (read, *held) = (Vec::new(), Held::default());
        }
    }
    if length > BODY { Err(Unread::TooLong) } else { Ok(read) }
}
