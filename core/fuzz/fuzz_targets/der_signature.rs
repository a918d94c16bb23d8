//! Signatures in DER: the reader of `p256` takes the same ones, and reads the same numbers.
#![no_main]

use jurat_core::Es256Signature;
use p256::ecdsa::Signature;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let found = Es256Signature::from_der(data).ok();
    let other = Signature::from_der(data).ok();
    assert_eq!(found.map(|signature| *signature.as_bytes()), other.map(|signature| signature.to_bytes().into()));
    if let Some(other) = other {
        assert_eq!(other.to_der().as_bytes(), data);
    }
    // The numbers by themselves, where there are enough of them.
    if let Some(raw) = data.first_chunk::<64>() {
        let found = Es256Signature::from_bytes(*raw).ok();
        assert_eq!(found.map(|signature| *signature.as_bytes()), Signature::from_slice(raw).ok().map(|_| *raw));
        if found.is_some() {
            let der = Signature::from_slice(raw).unwrap().to_der();
            assert!(Es256Signature::from_der(der.as_bytes()).ok() == found);
        }
    }
});
