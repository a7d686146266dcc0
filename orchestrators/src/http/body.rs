//! The body of a request: read whole, within a length and a time.

use super::{BODY, BODY_TIME, DRAINED};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};

/// Why a body was not read.
pub(super) enum Unread {
    /// It is longer than it may be.
    TooLong,
    /// It did not come in time.
    TooLate,
    /// The connection broke, or what came is no body.
    Broken,
}

/// Reads a body. One that is too long is read on for a while and thrown away: a client that is still sending would otherwise
/// see a broken connection and not the answer.
pub(super) async fn read<B: Body<Data = Bytes>>(body: B) -> Result<Vec<u8>, Unread> {
    tokio::time::timeout(BODY_TIME, whole(body)).await.unwrap_or(Err(Unread::TooLate))
}

async fn whole<B: Body<Data = Bytes>>(body: B) -> Result<Vec<u8>, Unread> {
    let mut body = std::pin::pin!(body);
    let (mut read, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        length += data.len();
        if length <= BODY {
            read.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        } else {
            read = Vec::new();
        }
    }
    if length > BODY { Err(Unread::TooLong) } else { Ok(read) }
}
