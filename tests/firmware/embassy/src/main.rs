//! A token request on embassy, signed by a secure element that takes its time: the task waits, and others run.
//!
//! Runs in QEMU. `tests/firmware/test_embassy.py` reads the log and verifies the assertion in it.

#![no_std]
#![no_main]

mod ticks;

use core::sync::atomic::{AtomicU32, Ordering};

// The logger: defmt's frames, by semihosting.
use defmt_semihosting as _;
use embassy_executor::Spawner;
use embassy_time::{Duration, Timer, with_timeout};
use jurat_core::{
    ClientAssertion, Clock, Es256Signature, Exchange, IssuerIdentifier, JwtId, NumericDate, Response, SignError,
    SignedRequest, SoftwareSigner, TokenRequest,
};

/// The test key of RFC 7515 appendix A.3: published, so never for use.
const SCALAR: [u8; 32] = [
    0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9, 0xcb, 0x29, 0x60,
    0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
];

/// What the device's clock shows.
const NOW: u64 = 1_795_459_454;

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    ticks::start();
    spawner.spawn(other_duties().expect("the only one"));
    let status = match run().await {
        Ok(()) => 0,
        Err(error) => {
            defmt::error!("{}", error);
            1
        }
    };
    semihosting::process::exit(status);
}

static DUTIES: AtomicU32 = AtomicU32::new(0);

#[embassy_executor::task]
async fn other_duties() {
    loop {
        DUTIES.fetch_add(1, Ordering::Relaxed);
        Timer::after_millis(1).await;
    }
}

async fn run() -> Result<(), SignError<BusError>> {
    let mut element = Element { key: SoftwareSigner::from_scalar(&SCALAR)? };
    let mut exchange = Exchange::new(Clock::trusted(NumericDate::from_seconds(NOW)?, 1));
    let issued_at = exchange.issued_at(NOW)?;
    let mut buffer = [0; 1024];

    // A time limit that is too short drops the future, and nothing is left in the buffer.
    let waiting = token_request(&mut element, request(issued_at, "1")?, &mut buffer);
    let late = with_timeout(Duration::from_millis(1), waiting).await.is_err();
    defmt::assert!(late && buffer == [0; 1024]);

    let before = DUTIES.load(Ordering::Relaxed);
    let attempt = exchange.attempt(request(issued_at, "2")?, NOW)?;
    let body = token_request(&mut element, attempt, &mut buffer).await?;
    defmt::assert!(DUTIES.load(Ordering::Relaxed) > before);
    // Only here: an assertion belongs into no log.
    defmt::println!("{=str}", body.as_str());

    // What the server says to it, as the log has it.
    let mut answer = *br#"{"access_token":"secret-token","token_type":"Bearer","expires_in":60}"#;
    defmt::info!("{}", exchange.answer(Response::new(200, &mut answer), NOW, NOW + 1)?);
    defmt::info!("{}", IssuerIdentifier::new("http://as.example"));
    Ok(())
}

fn request(issued_at: NumericDate, jwt_id: &str) -> Result<TokenRequest<'_>, jurat_core::Error> {
    let issuer = IssuerIdentifier::new("https://as.example")?;
    // A device takes its ids from its random source: JwtId::random.
    let client = ClientAssertion::new("device-7", issuer, issued_at, JwtId::text(jwt_id));
    Ok(TokenRequest::client_credentials(client).with_scope("telemetry"))
}

/// Writes the request into the buffer and waits for the signature. Nothing is left in the buffer when the element fails, nor
/// when this is dropped while it waits.
async fn token_request<'b>(
    element: &mut Element,
    request: TokenRequest<'_>,
    buffer: &'b mut [u8],
) -> Result<SignedRequest<'b>, SignError<BusError>> {
    let mut prepared = request.prepare(buffer)?;
    if let Some(input) = prepared.client() {
        let signature = element.sign(&input.hash()).await.map_err(SignError::Signer)?;
        prepared.attach_client(&signature)?;
    }
    Ok(prepared.finish()?)
}

/// Stands for a secure element behind a bus.
struct Element {
    key: SoftwareSigner,
}

#[derive(defmt::Format)]
struct BusError;

impl Element {
    async fn sign(&mut self, hash: &[u8; 32]) -> Result<Es256Signature, BusError> {
        // A driver sends the hash, then waits like this, or for an interrupt, and reads what may be an error.
        Timer::after_millis(20).await;
        Ok(self.key.sign_hash(hash))
    }
}
