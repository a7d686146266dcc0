//! Connections: how many, how long they may take, and their end.

use super::reply::{Reply, refusal, with};
use super::router::Router;
use super::stalled::Stalled;
use super::{HEAD, HEAD_TIME};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many connections beyond the limit are told so at a time; still more are closed without a word.
const TURNED_AWAY: usize = 64;
/// How long one that is turned away may take to send its request.
const TURNED_AWAY_TIME: Duration = Duration::from_secs(2);
/// The pause when the system has no room for a connection (too many open files).
const NO_ROOM: Duration = Duration::from_millis(50);

/// Serves connections until `stop` is cancelled; then lets requests end, at most `patience` long. Returns how much of that
/// is left.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Arc<Router>,
    connections: usize,
    stop: CancellationToken,
    patience: Duration,
) -> Duration {
    let (room, beyond) = (Arc::new(Semaphore::new(connections)), Arc::new(Semaphore::new(TURNED_AWAY)));
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(NO_ROOM).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true); // without it answers are only later
        if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
            let (router, stop) = (Arc::clone(&router), stop.clone());
            tasks.spawn(async move {
                connection(stream, router, stop).await;
                drop(place);
            });
        } else if let Ok(place) = Arc::clone(&beyond).try_acquire_owned() {
            tasks.spawn(async move {
                turn_away(stream).await;
                drop(place);
            });
        }
    }
    let told = Instant::now();
    drop(listener); // who connects now is told at once that nobody listens
    tasks.close();
    if tokio::time::timeout(patience, tasks.wait()).await.is_err() {
        tracing::warn!("requests were still open when the server ended");
    }
    patience.saturating_sub(told.elapsed())
}

async fn connection(stream: TcpStream, router: Arc<Router>, stop: CancellationToken) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let router = Arc::clone(&router);
        async move { Ok::<Reply, Infallible>(router.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD);
    let serving = http.serve_connection(TokioIo::new(Stalled::new(stream)), answer);
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Answers that there are too many connections.
async fn turn_away(stream: TcpStream) {
    let answer = service_fn(|_: Request<Incoming>| async {
        let reply = refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            "there are too many connections (HOTEL_HTTP_CONNECTIONS)",
        );
        Ok::<Reply, Infallible>(with(reply, header::RETRY_AFTER, "1"))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(TURNED_AWAY_TIME).max_buf_size(HEAD).keep_alive(false);
    let serving = http.serve_connection(TokioIo::new(Stalled::new(stream)), answer);
    if let Err(error) = serving.await {
        tracing::debug!(%error, "a connection beyond the limit ended");
    }
}
