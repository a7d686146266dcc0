//! The transport to the client: messages in, messages out, with a limit on open requests.
//!
//! Input is read only while few requests are open; a request is open until its answer is written and its work has
//! ended. So a client that does not read its answers must wait, and cannot fill our memory.

use super::message::{Read, Wrong, read};
use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ClientNotification, GetExtensions, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use std::collections::{HashMap, VecDeque};
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{Mutex as AsyncMutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The most requests that may be open.
const OPEN: u32 = 256;
/// A request of up to this many bytes counts as one; a longer one as several.
const BYTES_OF_ONE: usize = 64 * 1024;
/// The longest line that is read, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// How long a client that does not read may delay a server that is ending.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A permit of the semaphore: a request is open while its answer or its work holds it.
type Open = Arc<OwnedSemaphorePermit>;
type Requests = Arc<Mutex<HashMap<RequestId, Open>>>;

/// A transport over a reader and a writer of lines.
pub(super) struct Wire<R, W> {
    input: Option<BufReader<R>>,
    line: Vec<u8>,
    /// Skipping the rest of a line that is too long.
    skipping: bool,
    /// Requests read but waiting until fewer are open, each with its weight.
    waiting: VecDeque<(Asked, u32)>,
    permits: Arc<Semaphore>,
    open: Requests,
    output: Arc<Output<W>>,
    /// Tasks that write errors.
    refusing: JoinSet<()>,
    /// Whether there was a request: rmcp would end the process if anything else came first.
    opened: bool,
    /// Cancelled when the client has left.
    left: CancellationToken,
}

/// A message that gets an answer.
enum Asked {
    /// Answered by rmcp and the tools.
    Request(Box<ClientJsonRpcMessage>),
    /// Answered with an error.
    Wrong(Wrong),
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin + Send + 'static> Wire<R, W> {
    pub(super) fn new(input: R, output: W, left: CancellationToken, stop: CancellationToken) -> Self {
        Self {
            input: Some(BufReader::new(input)),
            line: Vec::new(),
            skipping: false,
            waiting: VecDeque::new(),
            permits: Arc::new(Semaphore::new(OPEN as usize)),
            open: Requests::default(),
            output: Arc::new(Output { writer: AsyncMutex::new(Some(output)), stop }),
            refusing: JoinSet::new(),
            opened: false,
            left,
        }
    }

    /// The next message; none at the end of input. Cancel-safe: a call that is dropped loses no input.
    async fn next(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            while let Some((_, weight)) = self.waiting.front() {
                let open = Arc::clone(&self.permits).acquire_many_owned(*weight).await.ok()?;
                match self.waiting.pop_front()? {
                    (Asked::Request(message), _) => return Some(self.opened(*message, open)),
                    (Asked::Wrong(wrong), _) => self.refuse(&wrong, open),
                }
            }
            let ended = !self.read_line().await.ok()?;
            if ended && self.line.is_empty() {
                while self.refusing.join_next().await.is_some() {}
                return None;
            }
            let read = read(&self.line);
            let length = self.line.len();
            self.line.clear();
            self.line.shrink_to(BYTES_OF_ONE);
            match read {
                Read::Message(message) => match &*message {
                    JsonRpcMessage::Request(asked) if self.requests().contains_key(&asked.id) => {
                        self.waiting.push_back((Asked::Wrong(Wrong::id_in_use(&asked.id)), 1));
                    }
                    JsonRpcMessage::Request(_) => {
                        let weight = 1 + u32::try_from(length / BYTES_OF_ONE).unwrap_or(OPEN);
                        self.waiting.push_back((Asked::Request(message), weight.min(OPEN)));
                    }
                    other => {
                        self.forget_cancelled(other);
                        if self.opened {
                            return Some(*message);
                        }
                        tracing::debug!("a message before the first request was dropped");
                    }
                },
                Read::Wrong(wrong) => self.waiting.push_back((Asked::Wrong(wrong), 1)),
                Read::Nothing => {}
            }
        }
    }

    /// Passes a request to rmcp: it is open from now on.
    fn opened(
        &mut self,
        mut message: ClientJsonRpcMessage,
        open: OwnedSemaphorePermit,
    ) -> ClientJsonRpcMessage {
        if let JsonRpcMessage::Request(asked) = &mut message {
            let open = Arc::new(open);
            asked.request.extensions_mut().insert(Arc::clone(&open));
            self.requests().insert(asked.id.clone(), open);
        }
        self.opened = true;
        message
    }

    /// Answers a wrong request, in a task of its own.
    fn refuse(&mut self, wrong: &Wrong, open: OwnedSemaphorePermit) {
        let (line, output) = (wrong.line(), Arc::clone(&self.output));
        while self.refusing.try_join_next().is_some() {}
        self.refusing.spawn(async move {
            // A client that is gone needs no answer.
            let _ = output.write(line).await;
            drop(open);
        });
    }

    /// Closes a cancelled request: rmcp writes no answer to it, so nothing else would close it.
    fn forget_cancelled(&self, message: &ClientJsonRpcMessage) {
        if let JsonRpcMessage::Notification(told) = message
            && let ClientNotification::CancelledNotification(cancelled) = &told.notification
            && let Some(id) = &cancelled.params.request_id
        {
            self.requests().remove(id);
        }
    }

    fn requests(&self) -> MutexGuard<'_, HashMap<RequestId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads until a line is complete or the input ends; the rest then counts as a line. False at the end.
    async fn read_line(&mut self) -> Result<bool> {
        loop {
            let Some(input) = &mut self.input else { return Ok(false) };
            let available = input.fill_buf().await?;
            if available.is_empty() {
                self.input = None;
                return Ok(false);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            if !self.skipping && self.line.len() + part.len() > LONGEST {
                (self.skipping, self.line) = (true, Vec::new());
                self.waiting.push_back((Asked::Wrong(Wrong::too_long(LONGEST)), 1));
            }
            if !self.skipping {
                self.line.extend_from_slice(part);
            }
            let taken = part.len() + usize::from(end.is_some());
            input.consume(taken);
            if end.is_some() {
                self.skipping = false;
                return Ok(true);
            }
        }
    }
}

impl<R, W> Transport<RoleServer> for Wire<R, W>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Error = Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<()>> + Send + 'static {
        let (output, open) = (Arc::clone(&self.output), Arc::clone(&self.open));
        async move {
            let mut line = serde_json::to_vec(&item)?;
            line.push(b'\n');
            let written = output.write(line).await;
            let answered = match item {
                JsonRpcMessage::Response(response) => Some(response.id),
                JsonRpcMessage::Error(error) => error.id,
                _ => None,
            };
            if let Some(id) = answered {
                open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            }
            written
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let message = self.next().await;
        if message.is_none() {
            self.left.cancel();
        }
        message
    }

    async fn close(&mut self) -> Result<()> {
        self.output.writer.lock().await.take();
        Ok(())
    }
}

/// The output, written line by line.
struct Output<W> {
    /// None once nothing more can be written.
    writer: AsyncMutex<Option<W>>,
    /// Cancelled when the process is told to end.
    stop: CancellationToken,
}

impl<W: AsyncWrite + Unpin> Output<W> {
    async fn write(&self, line: Vec<u8>) -> Result<()> {
        let mut kept = self.writer.lock().await;
        let mut writer =
            kept.take().ok_or_else(|| Error::new(ErrorKind::NotConnected, "the line is closed"))?;
        let writing = async {
            writer.write_all(&line).await?;
            writer.flush().await
        };
        let patience = async {
            self.stop.cancelled().await;
            tokio::time::sleep(LAST_WORDS).await;
        };
        tokio::select! {
            written = writing => {
                written?;
                *kept = Some(writer);
                Ok(())
            }
            // A line was begun and the client does not read it, so no other line can follow.
            () = patience => Err(Error::new(ErrorKind::TimedOut, "nobody reads the answers")),
        }
    }
}
