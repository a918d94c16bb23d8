//! What happens to the buffer, and what a failing signer does.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use core::convert::Infallible;

use jurat_core::{
    Argument, Cause, Claim, ClaimValue, Client, ClientAssertion, Error, Es256Signature, Es256Signer, GrantAssertion,
    HedgedSigner, IssuerIdentifier, JwtId, NumericDate, Parameter, SignError, Signed, SoftwareSigner, ToBeSigned,
    TokenRequest, Verified, import_key,
};

fn now() -> NumericDate {
    NumericDate::from_seconds(1_795_459_454).unwrap()
}

fn issuer() -> IssuerIdentifier<'static> {
    IssuerIdentifier::new("https://as.example").unwrap()
}

fn client(jwt_id: &str) -> ClientAssertion<'_> {
    ClientAssertion::new("device-7", issuer(), now(), JwtId::text(jwt_id))
}

fn grant(jwt_id: &str) -> GrantAssertion<'_> {
    GrantAssertion::new("https://sts.example", "alice", issuer().into(), now(), JwtId::text(jwt_id))
}

fn key() -> SoftwareSigner {
    SoftwareSigner::from_scalar(&[7; 32]).unwrap()
}

/// Fails from the call with this number on.
struct Failing(u32);

impl Es256Signer for Failing {
    type Error = &'static str;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, &'static str> {
        match self.0.checked_sub(1) {
            None => Err("bus error"),
            Some(left) => {
                self.0 = left;
                Ok(key().sign_hash(&input.hash()))
            }
        }
    }
}

#[test]
fn a_failing_signer_leaves_nothing() {
    let mut buffer = [0xaa; 512];
    let error = client("1").sign_with(&mut buffer, &mut Failing(0)).unwrap_err();
    assert_eq!(error, SignError::Signer("bus error"));
    let written = client("1").needed().unwrap();
    assert!(buffer[..written].iter().all(|byte| *byte == 0));
    assert!(buffer[written..].iter().all(|byte| *byte == 0xaa));
}

#[test]
fn a_signer_that_fails_at_the_second_assertion_leaves_nothing() {
    let mut buffer = [0xaa; 1024];
    let request = || TokenRequest::jwt_bearer(grant("1")).with_client_assertion(client("2"));
    let needed = request().needed().unwrap();
    assert_eq!(request().sign_with(&mut buffer, &mut Failing(1)).unwrap_err(), SignError::Signer("bus error"));
    assert!(buffer[..needed].iter().all(|byte| *byte == 0));
    assert_eq!(request().sign_with(&mut buffer, &mut Failing(2)).unwrap().as_bytes().len(), needed);
}

#[test]
fn what_is_prepared_and_dropped_leaves_nothing() {
    let mut buffer = [0xaa; 1024];
    drop(client("1").prepare(&mut buffer).unwrap());
    assert!(buffer[..client("1").needed().unwrap()].iter().all(|byte| *byte == 0));

    let request = || TokenRequest::jwt_bearer(grant("1")).with_client_assertion(client("2"));
    let mut prepared = request().prepare(&mut buffer).unwrap();
    let signature = key().sign_hash(&prepared.grant().unwrap().hash());
    prepared.attach_grant(&signature).unwrap();
    assert!(prepared.grant().is_none());
    let twice = prepared.attach_grant(&signature).unwrap_err();
    assert_eq!((twice.cause(), twice.argument()), (Cause::NotPrepared, Argument::GrantAssertion));
    let missing = prepared.finish().unwrap_err();
    assert_eq!((missing.cause(), missing.argument()), (Cause::NotPrepared, Argument::ClientAssertion));
    assert!(buffer[..request().needed().unwrap()].iter().all(|byte| *byte == 0));
}

#[test]
fn a_detached_input_takes_one_signature_in_its_own_buffer() {
    let mut buffer = [0xaa; 512];
    let (bytes, input) = client("1").prepare(&mut buffer).unwrap().detach();
    let signature = key().sign_hash(&input.to_be_signed(bytes).hash());
    let mut other = [0xaa; 512];
    let cause = |result: Result<(), Error>| result.map_err(|error| error.cause());
    assert_eq!(cause(input.attach(&mut other, &signature)), Err(Cause::NotPrepared));
    assert_eq!(cause(input.attach(&mut other[..10], &signature)), Err(Cause::NotPrepared));
    assert_eq!(cause(input.attach(bytes, &signature)), Ok(()));
    assert_eq!(cause(input.attach(bytes, &signature)), Err(Cause::NotPrepared));

    let mut expected = [0; 512];
    let signed: Signed<'_, Client> = client("1").sign_with(&mut expected, &mut key()).unwrap();
    assert_eq!(bytes, signed.as_bytes());
}

#[test]
fn both_assertions_need_their_own_id() {
    let mut buffer = [0; 1024];
    let error =
        TokenRequest::jwt_bearer(grant("1")).with_client_assertion(client("1")).prepare(&mut buffer).unwrap_err();
    assert_eq!((error.cause(), error.argument()), (Cause::Repeated, Argument::JwtId));
}

#[test]
fn every_size_below_the_needed_one_is_refused_before_signing() {
    struct Never;
    impl Es256Signer for Never {
        type Error = Infallible;
        fn sign(&mut self, _: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
            panic!("asked to sign what does not fit");
        }
    }
    let request = || TokenRequest::jwt_bearer(grant("1")).with_client_assertion(client("2")).with_scope("a b");
    let needed = request().needed().unwrap();
    for size in 0..needed {
        let mut buffer = vec![0xaa; size];
        let error = Error::from(request().sign_with(&mut buffer, &mut Never).unwrap_err());
        assert_eq!(error.needed(), Some(needed));
        assert!(buffer.iter().all(|byte| *byte == 0 || *byte == 0xaa));
        assert!(!buffer.starts_with(b"g"));
    }
}

#[test]
fn lists_that_are_made_are_the_lists_that_are_given() {
    let claims =
        [Claim { name: "a", value: ClaimValue::Integer(1) }, Claim { name: "b", value: ClaimValue::Text("\u{1f600}") }];
    let parameters = [Parameter { name: "c", value: "é" }];
    let make_claim = |index: usize| claims.get(index).copied();
    let make_parameter = |index: usize| parameters.get(index).copied();
    let (mut one, mut other) = ([0; 1024], [0; 1024]);
    let given = TokenRequest::client_credentials(client("1").with_claims(&claims)).with_parameters(&parameters);
    let made = TokenRequest::client_credentials(client("1").with_claims_from(&make_claim))
        .with_parameters_from(&make_parameter);
    let given = given.sign_with(&mut one, &mut key()).unwrap();
    assert_eq!(given.as_str(), made.sign_with(&mut other, &mut key()).unwrap().as_str());
}

#[test]
fn no_debug_output_shows_the_key() {
    let scalar: [u8; 32] = core::array::from_fn(|index| 0x41 + u8::try_from(index).unwrap());
    let signer = || SoftwareSigner::from_scalar(&scalar).unwrap();
    let public_key = signer().public_key().unwrap();
    let verified = Verified::new(signer(), public_key).unwrap();
    let imported = import_key(&scalar).unwrap();
    let hedged = HedgedSigner::new(signer(), |_: &mut [u8; 32]| {});
    let refused = import_key(&[scalar.as_slice(), &[0]].concat()).unwrap_err();
    let shown = format!("{:?} {imported:?} {hedged:?} {verified:?} {public_key:?} {refused:?} {refused}", signer());
    let hex: String = scalar.iter().map(|byte| format!("{byte:02x}")).collect();
    let decimal = format!("{scalar:?}");
    // A..` in ASCII; base64 and base64url of them are the same.
    let base64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2A";
    for secret in [hex.as_str(), decimal.trim_matches(['[', ']']), base64, "ABCDEFGH"] {
        assert!(!shown.to_lowercase().contains(&secret.to_lowercase()), "{shown}");
    }
}
