//! Fetches a token as a device does, over a plain connection to a test server on this machine, and logs each step.
//!
//! `cargo run --release --example token_exchange -- --help` lists the options. A device puts its TLS socket where this has
//! a `TcpStream`; no other line changes. The log holds no assertion, token or signature.

use core::error::Error;
use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use jurat_core::{
    Answer, Cause, Clock, End, EndpointUrl, Exchange, ImportedKey, IssuerIdentifier, JwtId, NumericDate, Outcome,
    Profile, Response, Server, Step, TokenRequest, import_key, time_request,
};

/// Fetch a token with a client assertion (RFC 7523, RFC 10070) from a server on loopback.
#[derive(Parser)]
struct Options {
    /// The private key: PEM, DER (PKCS#8 or SEC1), JWK or 32 raw bytes.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The key id: `kid`.
    #[arg(long)]
    key_id: Option<String>,
    /// The client id: `iss` and `sub`.
    #[arg(long)]
    client_id: String,
    /// The authorization server's issuer identifier.
    #[arg(long)]
    issuer: String,
    /// Its token endpoint, an http URL.
    #[arg(long)]
    token_endpoint: String,
    /// The name of the server's profile.
    #[arg(long, default_value = "rfc-10070")]
    profile: String,
    /// The scope to ask for.
    #[arg(long)]
    scope: Option<String>,
    /// What the device's clock is off by, in seconds.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    clock_off: i64,
    /// The device knows that its clock is not set.
    #[arg(long)]
    clock_unset: bool,
    /// Requests with an assertion, at most.
    #[arg(long, default_value_t = jurat_core::DEFAULT_ATTEMPTS)]
    attempts: u8,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let mut signer = import_key(&std::fs::read(&options.key)?).and_then(ImportedKey::into_signer)?;
    let profile = Profile::named(&options.profile).ok_or("no such profile")?;
    let endpoint = EndpointUrl::insecure_http(&options.token_endpoint)?;
    let server = Server::new(IssuerIdentifier::insecure_http(&options.issuer)?)
        .with_profile(*profile)
        .with_token_endpoint(endpoint);

    // A year ago, in place of the firmware's build time.
    let build_time = NumericDate::from_seconds(unix_time()?.saturating_sub(365 * 86_400))?;
    let clock = if options.clock_unset { Clock::unset(build_time) } else { Clock::trusted(build_time, 1) };
    let mut exchange = Exchange::new(clock).with_attempts(options.attempts)?;
    let device_time = || unix_time().map(|now| now.saturating_add_signed(options.clock_off));

    let mut buffer = [0; 16 * 1024];
    loop {
        let now = device_time()?;
        let step = exchange.step(now);
        println!("device {now}: {step:?}");
        let sent_at = device_time()?;
        let sent = match step {
            Step::LearnTime => {
                exchange.ask_time(now)?;
                send(endpoint, time_request(endpoint, &mut buffer)?.as_bytes())?
            }
            Step::Send => {
                let request = request(options, &server, exchange.issued_at(now)?)?;
                let request = exchange.attempt(request, now)?.with_http_head(endpoint);
                let bytes = request.sign_with(&mut buffer, &mut signer)?.as_bytes();
                println!("  sends {} bytes, iat {}", bytes.len(), exchange.issued_at(now)?.as_seconds());
                send(endpoint, bytes)?
            }
            Step::Wait(seconds) => {
                std::thread::sleep(Duration::from_secs(seconds.into()));
                continue;
            }
            Step::Done => return Ok(true),
            _ => return Ok(false),
        };
        let (length, end) = receive(sent, &mut buffer);
        let received_at = device_time()?;
        let bytes = buffer.get_mut(..length).unwrap_or_default();
        let response = match step {
            Step::LearnTime => Response::from_http1_head(bytes, end),
            _ => Response::from_http1(bytes, end),
        };
        match response {
            Ok(Some(response)) => log(&exchange.answer(response, sent_at, received_at)?, &exchange),
            // Whether the request arrived nobody knows: the next one has an assertion of its own.
            Err(error) if error.cause() == Cause::ResponseTruncated => {
                println!("  no answer");
                exchange.no_answer(received_at)?;
            }
            other => return Err(format!("{other:?}").into()),
        }
    }
}

fn request<'a>(
    options: &'a Options,
    server: &Server<'a>,
    issued_at: NumericDate,
) -> Result<TokenRequest<'a>, Box<dyn Error>> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    let mut client = server.client_assertion(&options.client_id, issued_at, JwtId::random(random))?;
    if let Some(key_id) = &options.key_id {
        client = client.with_key_id(key_id);
    }
    let request = TokenRequest::client_credentials(client);
    Ok(match &options.scope {
        Some(scope) => request.with_scope(scope),
        None => request,
    })
}

fn log(answer: &Answer<'_>, exchange: &Exchange) {
    match &answer.outcome {
        Outcome::Token(token) => {
            println!(
                "  token of type {:?}, scope {:?}, expires in {:?} s",
                token.token_type(),
                token.scope(),
                token.expires_in()
            );
            println!("  renew at {:?} of the device's clock", answer.renew_at);
        }
        outcome => println!("  {outcome:?}"),
    }
    if answer.clock_moved != 0 {
        println!("  the clock moved by {} s, ±{} s", answer.clock_moved, exchange.clock().uncertainty());
    }
}

fn unix_time() -> Result<u64, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

fn send(endpoint: EndpointUrl<'_>, request: &[u8]) -> Result<TcpStream, Box<dyn Error>> {
    let rest = endpoint.as_str().strip_prefix("http://").ok_or("only http here: a device brings its own TLS")?;
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request)?;
    Ok(stream)
}

/// Reads until the connection ends, which the request asked for, or fails, or the buffer is full.
fn receive(mut stream: TcpStream, buffer: &mut [u8]) -> (usize, End) {
    let mut length = 0;
    while let Some(room @ [_, ..]) = buffer.get_mut(length..) {
        match stream.read(room) {
            Ok(0) | Err(_) => return (length, End::Connection),
            Ok(count) => length = length.saturating_add(count),
        }
    }
    (length, End::Buffer)
}
