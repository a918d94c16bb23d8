//! What `{:?}` shows of each type that holds a secret, or what may be one: its name, and nothing that it holds.
#![allow(missing_docs, clippy::unwrap_used)]

use jurat_core::{
    CertificateThumbprint, Claim, ClaimList, ClaimValue, ClientAssertion, CombSigner, Diagnosis, Es256Signature,
    Es256Signer as _, Evidence, HedgedSigner, Inspection, IssuerIdentifier, Jwk, Jwks, JwtId, NumericDate, Parameter,
    PrehashSignerV3, Privacy, ReceivedAnswer, Registration, Response, SentRequest, SigningInput, SoftwareSigner,
    ToBeSigned, TokenRequest, Verified, import_scalar,
};

fn client() -> ClientAssertion<'static> {
    let issuer = IssuerIdentifier::new("https://as.example").unwrap();
    ClientAssertion::new("secret", issuer, NumericDate::from_seconds(1).unwrap(), JwtId::text("secret"))
}

/// A signer that looks at what it is given to sign.
struct Looks;

impl jurat_core::Es256Signer for Looks {
    type Error = String;

    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, String> {
        Err(format!("{input:?}"))
    }
}

#[test]
fn of_keys_and_signers() {
    let mut software = SoftwareSigner::from_scalar(&[7; 32]).unwrap();
    let public = software.public_key().unwrap();
    assert_eq!(format!("{software:?}"), "SoftwareSigner(..)");
    assert_eq!(format!("{:?}", CombSigner::from_scalar(&[7; 32]).unwrap()), "CombSigner(..)");
    assert_eq!(format!("{:?}", import_scalar(&[7; 32]).unwrap()), "ImportedKey(..)");
    assert_eq!(format!("{public:?}"), "PublicKey(..)");
    assert_eq!(format!("{:?}", PrehashSignerV3::<_, ()>::new(7)), "PrehashSignerV3(..)");
    assert_eq!(format!("{:?}", software.sign_hash(&[7; 32])), "Es256Signature(..)");
    let mut buffer = [0; 512];
    let signed = client().sign_with(&mut buffer, &mut Looks).unwrap_err();
    assert_eq!(format!("{signed:?}"), r#"Signer("ToBeSigned(..)")"#);
    let prepared = client().prepare(&mut buffer).unwrap();
    assert_eq!(format!("{:?}", software.sign(&prepared.to_be_signed())), "Ok(Es256Signature(..))");
    assert_eq!(format!("{:?}", HedgedSigner::new(software, |_: &mut [u8; 32]| {})), "HedgedSigner(..)");
    let other = SoftwareSigner::from_scalar(&[7; 32]).unwrap();
    assert_eq!(format!("{:?}", Verified::new(other, public).unwrap()), "Verified(..)");
}

#[cfg(feature = "host")]
#[test]
fn of_the_signer_for_hosts() {
    assert_eq!(format!("{:?}", jurat_core::HostSigner::from_scalar(&[7; 32]).unwrap()), "HostSigner(..)");
}

#[test]
fn of_assertions_and_requests() {
    let mut signer = SoftwareSigner::from_scalar(&[7; 32]).unwrap();
    let mut buffer = [0; 1024];
    assert_eq!(format!("{:?}", JwtId::text("secret")), "JwtId(..)");
    let made = |_: usize| None::<Claim<'static>>;
    assert_eq!(format!("{:?}", ClaimList::made(&made)), "ClaimList(..)");
    assert_eq!(format!("{:?}", ClaimValue::Text("secret")), "ClaimValue(..)");
    assert_eq!(format!("{:?}", Claim { name: "secret", value: ClaimValue::Text("secret") }), "Claim(..)");
    assert_eq!(format!("{:?}", Parameter { name: "client_secret", value: "secret" }), "Parameter(..)");
    assert_eq!(format!("{:?}", client()), "Assertion(..)");
    assert_eq!(format!("{:?}", SigningInput::from_parts(0, 1)), "SigningInput(..)");
    assert_eq!(format!("{:?}", client().prepare(&mut buffer).unwrap()), "Prepared(..)");
    assert_eq!(format!("{:?}", client().sign_with(&mut buffer, &mut signer).unwrap()), "Signed(..)");
    let request = || TokenRequest::client_credentials(client());
    assert_eq!(format!("{:?}", request()), "TokenRequest(..)");
    assert_eq!(format!("{:?}", request().prepare(&mut buffer).unwrap()), "PreparedRequest(..)");
    assert_eq!(format!("{:?}", request().sign_with(&mut buffer, &mut signer).unwrap()), "SignedRequest(..)");
}

#[test]
fn of_answers() {
    let mut body = *br#"{"access_token":"secret","token_type":"Bearer"}"#;
    let response = Response::new(200, &mut body);
    assert_eq!(format!("{response:?}"), "Response(200, 47 bytes)");
    let answer = ReceivedAnswer::new(200, response.read());
    assert_eq!(format!("{answer:?}"), "ReceivedAnswer { status: 200, outcome: Token(Token(..)) }");
}

#[test]
fn of_what_a_diagnosis_is_about() {
    let mut signer = SoftwareSigner::from_scalar(&[7; 32]).unwrap();
    let mut buffer = [0; 1024];
    let signed = client().sign_with(&mut buffer, &mut signer).unwrap();
    let mut scratch = vec![0; Diagnosis::scratch_size(signed.as_str().len())];
    let inspection = Inspection::read(signed.as_str(), &mut scratch).unwrap();
    assert_eq!(format!("{inspection:?}"), "Inspection(..)");
    let request = SentRequest::new("GET", "https://as.example/token").with_parameter("client_secret", "secret");
    assert_eq!(format!("{request:?}"), "SentRequest(..)");
    let evidence = Evidence::new().with_request(&request);
    assert_eq!(format!("{evidence:?}"), "Evidence(..)");
    assert_eq!(format!("{:?}", Privacy::new(b"a secret of 16 bytes").unwrap()), "Privacy(..)");
    let mut scratch = vec![0; Diagnosis::scratch_size(0)];
    let diagnosis = Diagnosis::check(&evidence, &mut scratch).unwrap();
    let shown = format!("{diagnosis:?}");
    assert!(shown.starts_with("Diagnosis { causes: ") && shown.ends_with(", .. }"), "{shown}");
    assert!(shown.contains("HttpMethodWrong") && !shown.contains("secret"), "{shown}");
}

#[test]
fn what_is_public_shows_itself() {
    let public = SoftwareSigner::from_scalar(&[7; 32]).unwrap().public_key().unwrap();
    let thumbprint = public.thumbprint();
    assert_eq!(format!("{thumbprint:?}"), format!("Thumbprint({:?})", thumbprint.as_str()));
    let certificate = CertificateThumbprint::of_der(&[0x30, 0]).unwrap();
    assert_eq!(format!("{certificate:?}"), format!("CertificateThumbprint({:?})", certificate.as_str()));
    let keys = [Jwk { key: public, key_id: None }];
    assert_eq!(format!("{:?}", Jwks::new(&keys)), "Jwks(..)");
    assert_eq!(format!("{:?}", Registration::jwks(Jwks::new(&keys))), "Registration(..)");
}
