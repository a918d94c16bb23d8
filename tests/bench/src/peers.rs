//! The other libraries.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chrono::{DateTime, Utc};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, KeyUtils, aws_lc, rust_crypto};
use jurat_core::{Es256Signature, Es256Signer, SoftwareSigner, ToBeSigned};
use jwt_simple::algorithms::ECDSAP256KeyPairLike as _;
use serde::Serialize;

use crate::{CLIENT_ID, Contestant, Fresh, ISSUER, KEY, KEY_ID, Kind, LIFETIME, TYPE, ours, version};

pub(crate) fn contestants() -> [Contestant; 8] {
    [
        ours(format!("jurat on ring {}", version("ring")), Kind::Candidate, Ring::new()),
        ours(format!("jurat on aws-lc-rs {}", version("aws-lc-rs")), Kind::Candidate, AwsLc::new()),
        biscuit(),
        josekit(),
        jsonwebtoken("aws_lc_rs", Kind::Peer, true),
        jsonwebtoken("rust_crypto", Kind::PurePeer, false),
        jwt_simple(),
        jwt_compact(),
    ]
}

/// The name with the version, and in brackets what it signs with.
fn peer(
    package: &str,
    backend: &str,
    kind: Kind,
    make: impl FnMut(Fresh, &mut dyn FnMut(&str)) + 'static,
) -> Contestant {
    Contestant { name: format!("{package} {} ({backend})", version(package)), kind, make: Box::new(make) }
}

/// The characters of a `jti`, as jurat makes them.
fn jwt_id(fresh: &Fresh) -> String {
    Base64UrlUnpadded::encode_string(&fresh.random)
}

fn expiry(fresh: &Fresh) -> u64 {
    fresh.issued_at.saturating_add(LIFETIME)
}

fn pem() -> String {
    let mut buffer = [0; jurat_core::PRIVATE_PEM_SIZE];
    let key = SoftwareSigner::from_scalar(&KEY).expect("a key");
    key.write_private_pem(&mut buffer).expect("a key").into()
}

fn public_key() -> [u8; jurat_core::SEC1_SIZE] {
    SoftwareSigner::from_scalar(&KEY).and_then(|key| key.public_key()).expect("a key").to_sec1()
}

fn ring_key() -> ring::signature::EcdsaKeyPair {
    ring::signature::EcdsaKeyPair::from_private_key_and_public_key(
        &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        &KEY,
        &public_key(),
        &ring::rand::SystemRandom::new(),
    )
    .expect("a key")
}

struct Ring {
    key: ring::signature::EcdsaKeyPair,
    random: ring::rand::SystemRandom,
}

impl Ring {
    fn new() -> Self {
        Self { key: ring_key(), random: ring::rand::SystemRandom::new() }
    }
}

impl Es256Signer for Ring {
    type Error = jurat_core::Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, jurat_core::Error> {
        let signature = self.key.sign(&self.random, input.message()).expect("a signature");
        Es256Signature::from_bytes(signature.as_ref().try_into().expect("64 bytes"))
    }
}

struct AwsLc {
    key: aws_lc_rs::signature::EcdsaKeyPair,
    random: aws_lc_rs::rand::SystemRandom,
}

impl AwsLc {
    fn new() -> Self {
        let key = aws_lc_rs::signature::EcdsaKeyPair::from_private_key_and_public_key(
            &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            &KEY,
            &public_key(),
        );
        Self { key: key.expect("a key"), random: aws_lc_rs::rand::SystemRandom::new() }
    }
}

impl Es256Signer for AwsLc {
    type Error = jurat_core::Error;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, jurat_core::Error> {
        let signature = self.key.sign(&self.random, input.message()).expect("a signature");
        Es256Signature::from_bytes(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn biscuit() -> Contestant {
    use biscuit::jws::{Compact, Header, RegisteredHeader, Secret};
    use biscuit::{ClaimsSet, Empty, RegisteredClaims, SingleOrMultiple, Timestamp};

    let secret = Secret::EcdsaKeyPair(Arc::new(ring_key()));
    let registered = RegisteredHeader {
        algorithm: biscuit::jwa::SignatureAlgorithm::ES256,
        media_type: Some(TYPE.into()),
        key_id: Some(KEY_ID.into()),
        ..RegisteredHeader::default()
    };
    let claims = RegisteredClaims {
        issuer: Some(CLIENT_ID.into()),
        subject: Some(CLIENT_ID.into()),
        audience: Some(SingleOrMultiple::Single(ISSUER.into())),
        ..RegisteredClaims::default()
    };
    let claims = ClaimsSet { registered: claims, private: Empty {} };
    let mut decoded = Compact::<ClaimsSet<Empty>, Empty>::new_decoded(Header { registered, private: Empty {} }, claims);
    peer("biscuit", "ring", Kind::Peer, move |fresh, show| {
        let date = |seconds: u64| Timestamp::from(seconds.cast_signed());
        let claims = &mut decoded.payload_mut().expect("not encoded").registered;
        claims.id = Some(jwt_id(&fresh));
        claims.issued_at = Some(date(fresh.issued_at));
        claims.expiry = Some(date(expiry(&fresh)));
        let encoded = decoded.encode(&secret).expect("a signature");
        show(&encoded.unwrap_encoded().encode());
    })
}

fn josekit() -> Contestant {
    use josekit::jws::{ES256, JwsHeader};
    use josekit::jwt::{JwtPayload, encode_with_signer};

    let signer = ES256.signer_from_pem(pem()).expect("a key");
    let mut header = JwsHeader::new();
    header.set_token_type(TYPE);
    header.set_key_id(KEY_ID);
    let mut payload = JwtPayload::new();
    payload.set_issuer(CLIENT_ID);
    payload.set_subject(CLIENT_ID);
    // Not `set_audience`, which writes a list, nor `set_issued_at`, which writes a fraction.
    payload.set_claim("aud", Some(ISSUER.into())).expect("an audience");
    peer("josekit", "OpenSSL", Kind::Peer, move |fresh, show| {
        payload.set_jwt_id(jwt_id(&fresh));
        payload.set_claim("iat", Some(fresh.issued_at.into())).expect("a time");
        payload.set_claim("exp", Some(expiry(&fresh).into())).expect("a time");
        show(&encode_with_signer(&payload, &header, &signer).expect("a signature"));
    })
}

/// Claims for libraries that take any type.
#[derive(Serialize)]
struct Claims<'c> {
    iss: &'c str,
    sub: &'c str,
    aud: &'c str,
    iat: u64,
    exp: u64,
    jti: &'c str,
}

/// The library has one backend in a program; this one is either of the two.
static WITH_AWS_LC: AtomicBool = AtomicBool::new(true);
static EITHER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| -> jsonwebtoken::errors::Result<Box<dyn JwtSigner>> {
        let of = if WITH_AWS_LC.load(Ordering::Relaxed) {
            &aws_lc::DEFAULT_PROVIDER
        } else {
            &rust_crypto::DEFAULT_PROVIDER
        };
        (of.signer_factory)(algorithm, key)
    },
    verifier_factory: aws_lc::DEFAULT_PROVIDER.verifier_factory,
    key_utils: KeyUtils::new_unimplemented(),
};

fn jsonwebtoken(backend: &str, kind: Kind, with_aws_lc: bool) -> Contestant {
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

    // Fails the second time, when it is installed.
    let _ = EITHER.install_default();
    let key = EncodingKey::from_ec_pem(pem().as_bytes()).expect("a key");
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some(TYPE.into());
    header.kid = Some(KEY_ID.into());
    peer("jsonwebtoken", backend, kind, move |fresh, show| {
        WITH_AWS_LC.store(with_aws_lc, Ordering::Relaxed);
        let claims = Claims {
            iss: CLIENT_ID,
            sub: CLIENT_ID,
            aud: ISSUER,
            iat: fresh.issued_at,
            exp: expiry(&fresh),
            jti: &jwt_id(&fresh),
        };
        show(&encode(&header, &claims, &key).expect("a signature"));
    })
}

fn jwt_simple() -> Contestant {
    use jwt_simple::algorithms::ES256KeyPair;
    use jwt_simple::claims::{Audiences, JWTClaims, NoCustomClaims};
    use jwt_simple::common::HeaderOptions;

    let key = ES256KeyPair::from_bytes(&KEY).expect("a key").with_key_id(KEY_ID);
    let options = HeaderOptions { signature_type: Some(TYPE.into()), ..HeaderOptions::default() };
    peer("jwt-simple", "p256 with tables", Kind::PurePeer, move |fresh, show| {
        let claims = JWTClaims {
            issued_at: Some(jwt_simple::prelude::Duration::from_secs(fresh.issued_at)),
            expires_at: Some(jwt_simple::prelude::Duration::from_secs(expiry(&fresh))),
            invalid_before: None,
            issuer: Some(CLIENT_ID.into()),
            subject: Some(CLIENT_ID.into()),
            audiences: Some(Audiences::AsString(ISSUER.into())),
            jwt_id: Some(jwt_id(&fresh)),
            nonce: None,
            custom: NoCustomClaims {},
        };
        show(&key.sign_with_options(claims, &options).expect("a signature"));
    })
}

fn jwt_compact() -> Contestant {
    use jwt_compact::alg::Es256;
    use jwt_compact::{Algorithm, AlgorithmExt as _, Claims, Header};

    /// What is not among the library's own claims.
    #[derive(Serialize)]
    struct Others {
        iss: &'static str,
        sub: &'static str,
        aud: &'static str,
        jti: String,
    }

    let key = <Es256 as Algorithm>::SigningKey::from_slice(&KEY).expect("a key");
    let header = Header::empty().with_token_type(TYPE).with_key_id(KEY_ID);
    peer("jwt-compact", "p256 0.13", Kind::PurePeer, move |fresh, show| {
        let date = |seconds: u64| DateTime::<Utc>::from_timestamp(seconds.cast_signed(), 0);
        let others = Others { iss: CLIENT_ID, sub: CLIENT_ID, aud: ISSUER, jti: jwt_id(&fresh) };
        let mut claims = Claims::new(others);
        claims.issued_at = date(fresh.issued_at);
        claims.expiration = date(expiry(&fresh));
        show(&Es256.token(&header, &claims, &key).expect("a signature"));
    })
}
