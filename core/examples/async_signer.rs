//! Signs with a secure element that takes its time, in the two forms that the two phases allow: a future that holds the
//! buffer while it waits, and a state in a `static` that lets go of it.
//!
//! `cargo run --release --example async_signer` shows both requests. Nothing is sent anywhere.

use core::error::Error;
use core::fmt;
use core::future::poll_fn;
use core::task::Poll;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use jurat_core::{
    ClientAssertion, Es256Signature, IssuerIdentifier, JwtId, NumericDate, SignError, SignedRequest, SigningInput,
    SoftwareSigner, TokenRequest,
};

fn main() -> Result<(), Box<dyn Error>> {
    let now = NumericDate::from_seconds(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let (mut one, mut other) = ([0; 16], [0; 16]);
    getrandom::fill(&mut one)?;
    getrandom::fill(&mut other)?;
    let mut element = Element::new(SoftwareSigner::from_scalar(&[7; 32])?); // never use such a key

    let mut buffer = [0; 1024];
    let request = request(now, JwtId::random(one))?;
    println!("{}\n", pollster::block_on(token_request(&mut element, request, &mut buffer))?.as_str());

    begin(&mut element, self::request(now, JwtId::random(other))?)?;
    // What a main loop does between its other duties, and an interrupt does at once.
    while poll(&mut element)?.is_pending() {}
    let shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    println!("{}", core::str::from_utf8(shared.body())?);
    Ok(())
}

fn request<'a>(now: NumericDate, jwt_id: JwtId<'a>) -> Result<TokenRequest<'a>, jurat_core::Error> {
    let client = ClientAssertion::new("device-7", IssuerIdentifier::new("https://as.example")?, now, jwt_id);
    Ok(TokenRequest::client_credentials(client).with_scope("telemetry"))
}

// ------------------------------------------------------------------------------------------------ the element

/// Stands for a secure element behind a bus: it is given a hash, and says it is busy until the signature is there.
struct Element {
    key: SoftwareSigner,
    hash: [u8; 32],
    busy: u32,
    broken: bool,
}

impl Element {
    const fn new(key: SoftwareSigner) -> Self {
        Self { key, hash: [0; 32], busy: 0, broken: false }
    }

    fn start(&mut self, hash: &[u8; 32]) {
        self.hash = *hash;
        self.busy = 3;
    }

    fn read(&mut self) -> Poll<Result<[u8; 64], BusError>> {
        match self.busy.checked_sub(1) {
            Some(left) => {
                self.busy = left;
                Poll::Pending
            }
            None if self.broken => Poll::Ready(Err(BusError)),
            None => Poll::Ready(Ok(*self.key.sign_hash(&self.hash).as_bytes())),
        }
    }
}

#[derive(Debug, PartialEq)]
struct BusError;

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the secure element does not answer")
    }
}

impl Error for BusError {}

// -------------------------------------------------------------------------------------------------- a future

/// Writes the request into the buffer and waits for the signature. Nothing is left in the buffer when the element fails, nor
/// when this is dropped while it waits, as a time limit would do.
async fn token_request<'b>(
    element: &mut Element,
    request: TokenRequest<'_>,
    buffer: &'b mut [u8],
) -> Result<SignedRequest<'b>, SignError<BusError>> {
    let mut prepared = request.prepare(buffer)?;
    if let Some(input) = prepared.client() {
        element.start(&input.hash());
        let raw = poll_fn(|context| {
            let answer = element.read();
            if answer.is_pending() {
                // A driver leaves the waker to its interrupt; this element has none and is asked again.
                context.waker().wake_by_ref();
            }
            answer
        })
        .await
        .map_err(SignError::Signer)?;
        prepared.attach_client(&Es256Signature::from_bytes(raw)?)?;
    }
    Ok(prepared.finish()?)
}

// -------------------------------------------------------------------------------------------------- a static

/// What the main loop and an interrupt share. A borrow of the buffer cannot be stored beside the buffer, and what says
/// where the signature belongs can.
static SHARED: Mutex<Shared> = Mutex::new(Shared { buffer: [0; 1024], length: 0, waiting: None });

struct Shared {
    buffer: [u8; 1024],
    length: usize,
    waiting: Option<SigningInput>,
}

impl Shared {
    fn body(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// Whoever has detached wipes the buffer when no signature comes.
    fn wipe(&mut self) {
        self.buffer.fill(0);
        self.length = 0;
    }
}

/// The first phase: writes the request, starts the element, and returns.
fn begin(element: &mut Element, request: TokenRequest<'_>) -> Result<(), jurat_core::Error> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let (written, _grant, client) = request.prepare(&mut shared.buffer)?.detach();
    let length = written.len();
    if let Some(client) = &client {
        element.start(&client.to_be_signed(written).hash());
    }
    shared.length = length;
    shared.waiting = client;
    Ok(())
}

/// The second phase, once the element has answered.
fn poll(element: &mut Element) -> Result<Poll<()>, SignError<BusError>> {
    let Poll::Ready(answer) = element.read() else { return Ok(Poll::Pending) };
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(input) = shared.waiting.take() else { return Ok(Poll::Ready(())) };
    let attached = answer.map_err(SignError::Signer).and_then(|raw| {
        let signature = Es256Signature::from_bytes(raw)?;
        Ok(input.attach(&mut shared.buffer, &signature)?)
    });
    if attached.is_err() {
        shared.wipe();
    }
    attached.map(Poll::Ready)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use core::future::Future as _;
    use core::pin::pin;
    use core::task::{Context, Waker};

    use super::*;

    fn now() -> NumericDate {
        NumericDate::from_seconds(1_795_459_454).unwrap()
    }

    fn key() -> SoftwareSigner {
        SoftwareSigner::from_scalar(&[7; 32]).unwrap()
    }

    fn made() -> TokenRequest<'static> {
        request(now(), JwtId::text("1")).unwrap()
    }

    /// What the call in one piece makes.
    fn expected() -> String {
        made().sign_with(&mut [0; 1024], &mut key()).unwrap().as_str().to_owned()
    }

    #[test]
    fn a_future_makes_the_same_request() {
        let mut buffer = [0; 1024];
        let mut element = Element::new(key());
        let made = pollster::block_on(token_request(&mut element, made(), &mut buffer)).unwrap();
        assert_eq!(made.as_str(), expected());
    }

    #[test]
    fn a_future_takes_several_polls() {
        let mut buffer = [0; 1024];
        let mut element = Element::new(key());
        let mut future = pin!(token_request(&mut element, made(), &mut buffer));
        let mut context = Context::from_waker(Waker::noop());
        let pending = (0..10).take_while(|_| future.as_mut().poll(&mut context).is_pending()).count();
        assert_eq!(pending, 3);
    }

    #[test]
    fn a_future_that_fails_or_is_dropped_leaves_nothing() {
        let mut buffer = [0; 1024];
        let mut element = Element { broken: true, ..Element::new(key()) };
        let failed = pollster::block_on(token_request(&mut element, made(), &mut buffer));
        assert_eq!(failed.map(drop), Err(SignError::Signer(BusError)));
        assert_eq!(buffer, [0; 1024]);

        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(token_request(&mut element, made(), &mut buffer)).poll(&mut context).is_pending());
        assert_eq!(buffer, [0; 1024]);
    }

    /// One test, since there is one static.
    #[test]
    fn a_static_buffer_is_signed_once_or_wiped() {
        let mut element = Element::new(key());
        begin(&mut element, made()).unwrap();
        let polls = (0..10).take_while(|_| poll(&mut element).unwrap().is_pending()).count();
        assert_eq!(polls, 3);
        assert_eq!(SHARED.lock().unwrap().body(), expected().as_bytes());
        // A second answer, such as a spurious interrupt, changes nothing.
        assert_eq!(poll(&mut element), Ok(Poll::Ready(())));
        assert_eq!(SHARED.lock().unwrap().body(), expected().as_bytes());

        let mut broken = Element { broken: true, ..Element::new(key()) };
        begin(&mut broken, made()).unwrap();
        while poll(&mut broken) == Ok(Poll::Pending) {}
        assert_eq!(SHARED.lock().unwrap().buffer, [0; 1024]);
    }
}
