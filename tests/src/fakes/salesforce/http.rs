//! HTTP/1.1 on a port of the loopback interface.

use super::call::Call;
use super::org::Org;
use super::recorded::Recorded;
use super::serve::{Outcome, serve};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};

/// Serves until it is dropped; its connections end with it. As on the platform, a request whose client has given up is
/// still finished.
pub(crate) async fn listen(org: Arc<Org>, listener: TcpListener) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(Arc::clone(&org), stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(org: Arc<Org>, stream: TcpStream) {
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| {
        let org = Arc::clone(&org);
        async move {
            let call = call(request).await?;
            Recorded::new(&call).keep_queries();
            let running = tokio::spawn(serve(org, call));
            running.await.map_err(std::io::Error::other).and_then(response)
        }
    });
    // An error means that the client has disconnected, or that the answer should be lost.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn call(request: Request<Incoming>) -> std::io::Result<Call> {
    let url = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let method = request.method().as_str().to_owned();
    let headers = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let headers = headers.collect();
    let body = request.into_body().collect().await.map_err(std::io::Error::other)?.to_bytes();
    Ok(Call { headers, raw: body.to_vec(), ..Call::new(&method, &url, &String::from_utf8_lossy(&body)) })
}

/// The answer on the wire; an error ends the connection without one.
fn response(outcome: Outcome) -> std::io::Result<Response<Full<Bytes>>> {
    let (status, kind, headers, body) = match outcome {
        Outcome::Nothing => return Err(std::io::ErrorKind::ConnectionAborted.into()),
        Outcome::Raw { status, kind, body } => (status, kind, vec![], body),
        Outcome::Answer(answer) => {
            let body = if answer.body.is_null() { vec![] } else { answer.body.to_string().into_bytes() };
            (answer.status, "application/json;charset=UTF-8", answer.headers, body)
        }
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = StatusCode::from_u16(status).map_err(std::io::Error::other)?;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(std::io::Error::other)?;
        response.headers_mut().insert(name, HeaderValue::from_str(&value).map_err(std::io::Error::other)?);
    }
    Ok(response)
}
