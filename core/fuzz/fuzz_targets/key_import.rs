//! Private keys: what is taken comes back the same, and is what the readers of `p256` find.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jurat_core::{Halves, ImportedKey, PRIVATE_PEM_SIZE, import_key, import_pem, import_pkcs8_der, import_sec1_der};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::DecodePrivateKey as _;

type Read = fn(&[u8]) -> Result<ImportedKey, jurat_core::Error>;

fn scalar(key: Result<ImportedKey, jurat_core::Error>) -> Option<[u8; 32]> {
    Some(*key.ok()?.scalar())
}

fn agree(found: Option<[u8; 32]>, other: Option<SecretKey>) {
    if let (Some(found), Some(other)) = (found, other) {
        assert_eq!(found, <[u8; 32]>::from(other.to_bytes()));
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(key) = import_key(data) {
        let (d, public, halves) = (*key.scalar(), key.public_key(), key.halves());
        let other = SecretKey::from_slice(&d).expect("the scalar is in range");
        let point = other.public_key().to_sec1_point(false);
        assert_eq!(public.is_some(), halves == Halves::Match);
        assert!(public.is_none_or(|public| public.to_sec1() == *point.as_bytes()));
        let signer = key.into_signer().unwrap();
        assert_eq!(signer.public_key().unwrap().to_sec1(), *point.as_bytes());
        let mut buffer = [0; PRIVATE_PEM_SIZE];
        let pem = signer.write_private_pem(&mut buffer).unwrap();
        let again = import_key(pem.as_bytes()).unwrap();
        assert_eq!((*again.scalar(), again.halves()), (d, Halves::Match));
        agree(Some(d), Some(SecretKey::from_pkcs8_pem(pem).unwrap()));
    }
    let readers: [(Read, &str, Option<SecretKey>); 2] = [
        (import_pkcs8_der, "PRIVATE KEY", SecretKey::from_pkcs8_der(data).ok()),
        (import_sec1_der, "EC PRIVATE KEY", SecretKey::from_sec1_der(data).ok()),
    ];
    for (read, label, other) in readers {
        let found = scalar(read(data));
        agree(found, other);
        // As PEM it is the same.
        if (1..=512).contains(&data.len()) {
            let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(data));
            assert_eq!(scalar(import_pem(pem.as_bytes())), found);
            assert_eq!(scalar(import_key(pem.as_bytes())), found);
        }
        // Whichever it is told apart as; 32 bytes are a scalar, even if they are DER with a shorter one in it.
        assert!(found.is_none() || data.len() == 32 || scalar(import_key(data)) == found);
    }
    if let Ok(text) = core::str::from_utf8(data) {
        agree(scalar(import_pem(data)), SecretKey::from_pkcs8_pem(text).ok());
        agree(scalar(import_pem(data)), SecretKey::from_sec1_pem(text).ok());
    }
});
