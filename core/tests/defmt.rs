//! What defmt is given of each type, and of which types nothing: `cargo test -p jurat-core --features defmt-v1 --test defmt`.
#![allow(missing_docs, clippy::unwrap_used, unsafe_code)]

use core::cell::RefCell;
use core::marker::PhantomData;

use jurat_core::{
    Answer, Argument, Assertion, Audience, Cause, Client, Clock, ClockState, EndpointUrl, Error, ErrorCode,
    Es256Signature, Exchange, ForeignError, Grant, HedgedSigner, IssuerIdentifier, JwtId, KeyPeriod, NumericDate,
    OauthError, Outcome, Parameter, PrehashSignerV3, Prepared, PreparedRequest, Response, SignError, Signed,
    SignedRequest, SigningInput, SoftwareSigner, Step, TimeFault, TimeSample, ToBeSigned, Token, TokenRequest,
    TokenType, Verified, VerifyError,
};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[defmt::global_logger]
struct Logger;

// SAFETY: each thread has a log of its own, so that nothing has to be acquired.
unsafe impl defmt::Logger for Logger {
    fn acquire() {}

    unsafe fn flush() {}

    unsafe fn release() {}

    unsafe fn write(bytes: &[u8]) {
        LOGGED.with_borrow_mut(|logged| logged.extend(bytes));
    }
}

defmt::timestamp!("");

/// The bytes that go to the log, before their encoding.
fn logged(value: &impl defmt::Format) -> Vec<u8> {
    LOGGED.take();
    defmt::println!("{}", value);
    LOGGED.take()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn outcome(status: u16, body: &str, check: impl FnOnce(Outcome<'_>)) {
    check(Response::new(status, &mut body.to_owned().into_bytes()).read());
}

#[test]
fn an_error_has_its_numbers() {
    let bytes = logged(&Error::too_small(0x1234_5678));
    assert!(contains(&bytes, &0x1234_5678_u32.to_le_bytes()), "{bytes:02x?}");
    // A variant is its place among the variants.
    let one = logged(&Error::new(Cause::Empty, Argument::Issuer));
    assert_eq!(one, logged(&Error::new(Cause::Empty, Argument::Issuer)));
    assert_ne!(one, logged(&Error::new(Cause::TooLong, Argument::Issuer)));
    assert_ne!(one, logged(&Error::new(Cause::Empty, Argument::ClientId)));
}

#[test]
fn a_refusal_has_the_servers_words() {
    outcome(401, r#"{"error":"invalid_client","error_description":"no such key"}"#, |outcome| {
        let bytes = logged(&outcome);
        assert!(contains(&bytes, b"invalid_client") && contains(&bytes, b"no such key"), "{bytes:02x?}");
    });
}

#[test]
fn a_token_has_nothing_of_itself() {
    let body = r#"{"access_token":"secret-token","token_type":"secret-type","expires_in":60,"scope":"secret-scope"}"#;
    outcome(200, body, |outcome| {
        let bytes = logged(&outcome);
        assert!(!bytes.is_empty() && !contains(&bytes, b"secret"), "{bytes:02x?}");
        let Outcome::Token(token) = outcome else { unreachable!("{outcome:?}") };
        assert_eq!(token.token_type(), TokenType::Other("secret-type"));
        let bytes = logged(&token.token_type());
        assert!(!bytes.is_empty() && !contains(&bytes, b"secret"), "{bytes:02x?}");
    });
}

/// Whether a type is for the log: the inherent constant is chosen where its bound holds, and that of the trait elsewhere.
struct Probe<T>(PhantomData<T>);

trait NotForTheLog {
    const IS_FORMAT: bool = false;
}

impl<T> NotForTheLog for Probe<T> {}

impl<T: defmt::Format> Probe<T> {
    const IS_FORMAT: bool = true;
}

macro_rules! assert_format {
    ($is_format:literal: $($type:ty),* $(,)?) => {
        $(const { assert!(Probe::<$type>::IS_FORMAT == $is_format, stringify!($type)) };)*
    };
}

#[test]
fn what_the_library_says_is_for_the_log() {
    assert_format!(true:
        Answer<'_>, Argument, Audience<'_>, Cause, Clock, ClockState, jurat_core::Endpoint, EndpointUrl<'_>, Error,
        ErrorCode, ForeignError<'_>, jurat_core::Halves, IssuerIdentifier<'_>, KeyPeriod, NumericDate, OauthError<'_>,
        Outcome<'_>, SignError<u8>, Step, jurat_core::Support, TimeFault, TimeSample, Token<'_>, TokenType<'_>,
        VerifyError<u8>, jurat_core::WellKnown,
    );
}

#[test]
fn what_holds_a_secret_or_what_the_caller_gave_is_not() {
    assert_format!(false:
        Assertion<'_, Client>, Assertion<'_, Grant>, Es256Signature, Exchange, HedgedSigner<fn(&mut [u8; 32])>,
        jurat_core::ImportedKey, JwtId<'_>, Parameter<'_>, PrehashSignerV3<u8, u8>, Prepared<'_, Client>,
        PreparedRequest<'_>, Response<'_>, Signed<'_, Client>, SignedRequest<'_>, SigningInput, SoftwareSigner,
        ToBeSigned<'_>, TokenRequest<'_>, Verified<SoftwareSigner>,
    );
}
