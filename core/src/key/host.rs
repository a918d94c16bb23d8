//! Signing on hosts: on the fastest library that the processor can run, and on `p256` elsewhere.
//!
//! The library is graviola: assembly of s2n-bignum, which is verified, in a crate that needs no C compiler. It panics on a
//! processor without the instructions that it was written for, so that it is never called there.

use core::convert::Infallible;

use sha2::{Digest as _, Sha256};

use super::public::PublicKey;
use super::signature::Es256Signature;
use super::signer::{Es256Signer, ToBeSigned};
use super::software::SoftwareSigner;
use crate::error::Error;

/// A P-256 private key held in memory, for hosts: signing takes a tenth of the time of [`SoftwareSigner`].
///
/// The processor decides once, when the signer is made, who signs: graviola on x86-64 and AArch64 with the instructions that it
/// needs (on x86-64 since about 2015; a Raspberry Pi 5, not a 4), and the [`SoftwareSigner`] behind it everywhere else, with tables
/// that its first signature makes. [`backend`](Self::backend) tells.
///
/// Graviola's nonces are those of RFC 6979 with 16 bytes from the system's random source added (section 3.6): two signatures of one
/// message differ. What has to be repeatable takes [`software`](Self::software), which also signs when the system has no
/// random bytes.
///
/// The key is in memory twice, and both are wiped when this is dropped. Copies on the stack are not: those of moves, and those
/// in the state from which graviola draws its nonces.
///
/// ```
/// use jurat_core::{Cause, ClientAssertion, HostSigner, IssuerIdentifier, JwtId, NumericDate};
/// // The test key of RFC 7515 appendix A.3: published, so never for use.
/// let scalar = [
///     0x8e, 0x9b, 0x10, 0x9e, 0x71, 0x90, 0x98, 0xbf, 0x98, 0x04, 0x87, 0xdf, 0x1f, 0x5d, 0x77, 0xe9,
///     0xcb, 0x29, 0x60, 0x6e, 0xbe, 0xd2, 0x26, 0x3b, 0x5f, 0x57, 0xc2, 0x13, 0xdf, 0x84, 0xf4, 0xb2,
/// ];
/// let mut signer = HostSigner::from_scalar(&scalar)?;
/// println!("signing with {}", signer.backend());
///
/// let issuer = IssuerIdentifier::new("https://as.example")?;
/// let now = NumericDate::from_seconds(1_795_459_454)?;
/// let mut buffer = [0; 512];
/// let assertion = ClientAssertion::new("device-7", issuer, now, JwtId::text("1")).sign_with(&mut buffer, &mut signer)?;
/// assert_eq!(assertion.as_str().split('.').count(), 3);
///
/// let signature = signer.sign_message(b"header.claims");
/// assert!(signer.public_key()?.verify(b"header.claims", &signature)?);
/// assert_eq!(HostSigner::from_scalar(&[0; 32]).unwrap_err().cause(), Cause::ZeroKey);
/// # Ok::<(), jurat_core::Error>(())
/// ```
pub struct HostSigner {
    fast: Option<fast::Key>,
    software: SoftwareSigner,
}

impl HostSigner {
    /// The private scalar d, 32 bytes, big-endian. The caller's copy is the caller's to wipe.
    ///
    /// # Errors
    /// Those of [`SoftwareSigner::from_scalar`].
    pub fn from_scalar(d: &[u8; 32]) -> Result<Self, Error> {
        SoftwareSigner::from_scalar(d).map(Self::new)
    }

    /// The key of this signer, as an import gives it.
    #[must_use]
    pub fn new(software: SoftwareSigner) -> Self {
        Self { fast: fast::Key::new(&software.scalar()), software }
    }

    /// Who signs: `graviola` or `p256`. For diagnostics; there may be others later.
    #[must_use]
    pub const fn backend(&self) -> &'static str {
        if self.fast.is_some() { "graviola" } else { "p256" }
    }

    /// The signer behind this one, with the same key: for signatures that have to be those of RFC 6979, for a hash without its message,
    /// and to write the key.
    #[must_use]
    pub const fn software(&self) -> &SoftwareSigner {
        &self.software
    }

    /// The public half. This costs about as much as a signature.
    ///
    /// # Errors
    /// None for a key of P-256; the curve library's type allows for one.
    pub fn public_key(&self) -> Result<PublicKey, Error> {
        match &self.fast {
            Some(key) => PublicKey::from_sec1(&key.public_key()),
            None => self.software.public_key(),
        }
    }

    /// Signs a message, which is hashed with SHA-256. From any number of threads at once.
    #[must_use]
    pub fn sign_message(&self, message: &[u8]) -> Es256Signature {
        self.fast_signature(message).unwrap_or_else(|| self.software.sign_hash(&Sha256::digest(message).into()))
    }

    fn fast_signature(&self, message: &[u8]) -> Option<Es256Signature> {
        self.fast.as_ref()?.sign(message)
    }
}

impl Es256Signer for HostSigner {
    type Error = Infallible;

    /// Signs the message, which graviola hashes again: it takes no hash.
    fn sign(&mut self, input: &ToBeSigned<'_>) -> Result<Es256Signature, Infallible> {
        Ok(self.fast_signature(input.message()).unwrap_or_else(|| self.software.sign_hash(&input.hash())))
    }
}

impl core::fmt::Debug for HostSigner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("HostSigner(..)")
    }
}

// The condition is that of the dependency in Cargo.toml.
#[cfg(all(
    any(target_arch = "aarch64", target_arch = "x86_64"),
    target_endian = "little",
    target_pointer_width = "64"
))]
mod fast {
    use graviola::hashing::Sha256;
    use graviola::key_agreement::p256::StaticPrivateKey;
    use graviola::signing::ecdsa::{P256, SigningKey};

    use crate::key::public::SEC1_SIZE;
    use crate::key::signature::Es256Signature;

    pub(super) struct Key(SigningKey<P256>);

    impl Key {
        /// None where the processor is not one for it. Nothing else of graviola may be called then.
        pub(super) fn new(d: &[u8; 32]) -> Option<Self> {
            if !graviola::util::is_cpu_supported() || !has_what_it_does_not_ask_for() {
                return None;
            }
            StaticPrivateKey::from_bytes(d).ok().map(|private_key| Self(SigningKey { private_key }))
        }

        pub(super) fn public_key(&self) -> [u8; SEC1_SIZE] {
            self.0.private_key.public_key_uncompressed()
        }

        /// None when the system has no random bytes.
        pub(super) fn sign(&self, message: &[u8]) -> Option<Es256Signature> {
            let mut r_and_s = [0; 64];
            self.0.sign::<Sha256>(&[message], &mut r_and_s).ok()?;
            Es256Signature::from_bytes(r_and_s).ok()
        }
    }

    /// Its multiplications are MULX, which is BMI2; it asks for ADX, which no processor has without, but a virtual one could.
    #[cfg(target_arch = "x86_64")]
    fn has_what_it_does_not_ask_for() -> bool {
        std::is_x86_feature_detected!("bmi2")
    }

    #[cfg(not(target_arch = "x86_64"))]
    const fn has_what_it_does_not_ask_for() -> bool {
        true
    }
}

#[cfg(not(all(
    any(target_arch = "aarch64", target_arch = "x86_64"),
    target_endian = "little",
    target_pointer_width = "64"
)))]
mod fast {
    use crate::key::public::SEC1_SIZE;
    use crate::key::signature::Es256Signature;

    /// There is none.
    pub(super) enum Key {}

    impl Key {
        pub(super) const fn new(_d: &[u8; 32]) -> Option<Self> {
            None
        }

        pub(super) const fn public_key(&self) -> [u8; SEC1_SIZE] {
            match *self {}
        }

        pub(super) const fn sign(&self, _message: &[u8]) -> Option<Es256Signature> {
            match *self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString as _;
    use std::vec::Vec;
    use std::{format, println, vec};

    use base64ct::{Base64UrlUnpadded, Encoding as _};
    use sha2::{Digest as _, Sha256};

    use super::HostSigner;
    use crate::error::Cause;
    use crate::key::signature::{Es256Signature, ORDER};
    use crate::key::signer::{Es256Signer as _, ToBeSigned};
    use crate::key::software::SoftwareSigner;
    use crate::{ClientAssertion, IssuerIdentifier, JwtId, NumericDate};

    /// So many, and so many in a deep run.
    fn rounds(usual: usize, deep: usize) -> usize {
        if std::env::var_os("JURAT_DEEP").is_some() { deep } else { usual }
    }

    fn software(d: &[u8; 32]) -> SoftwareSigner {
        SoftwareSigner::from_scalar(d).unwrap()
    }

    /// What a processor that graviola cannot run on gets.
    fn portable(d: &[u8; 32]) -> HostSigner {
        HostSigner { fast: None, software: software(d) }
    }

    /// Both ways to sign, on a processor that has both.
    fn both(d: &[u8; 32]) -> [HostSigner; 2] {
        [HostSigner::from_scalar(d).unwrap(), portable(d)]
    }

    /// 1, 2, n - 1, n - 2, powers of two and runs of a bit.
    fn keys() -> Vec<[u8; 32]> {
        let small = |value| core::array::from_fn(|index| if index == 31 { value } else { 0 });
        let mut keys = vec![small(1), small(2), ORDER, ORDER, [0x7f; 32], [0xaa; 32], [0x55; 32]];
        keys[2][31] -= 1;
        keys[3][31] -= 2;
        for bit in (0..255).step_by(23) {
            let power = core::array::from_fn(|index| if index == 31 - bit / 8 { 1 << (bit % 8) } else { 0 });
            keys.push(power);
            keys.push(core::array::from_fn(|index| if index > 31 - bit / 8 { 0xff } else { power[index] }));
        }
        keys
    }

    #[test]
    fn every_signature_verifies() {
        let mut count = 0;
        for d in keys() {
            let key = software(&d).public_key().unwrap();
            for mut signer in both(&d) {
                assert!(signer.public_key().unwrap() == key, "{} {d:02x?}", signer.backend());
                for length in 0..rounds(4, 400) {
                    // Around the block of SHA-256 and its padding, and over several.
                    let message = vec![length.to_le_bytes()[0]; length * 37 % 331];
                    let hash = Sha256::digest(&message).into();
                    let signature = signer.sign(&ToBeSigned::from_parts(&message, &hash)).unwrap();
                    assert!(key.verify(&message, &signature).unwrap(), "{} {d:02x?} {length}", signer.backend());
                    count += 1;
                }
            }
        }
        println!("host: {count} signatures verified");
    }

    #[test]
    fn assertions_verify() {
        let d = [7; 32];
        let key = software(&d).public_key().unwrap();
        let issuer = IssuerIdentifier::new("https://as.example").unwrap();
        for number in 0..rounds(20, 20_000) {
            for mut signer in both(&d) {
                let now = NumericDate::from_seconds(1_795_459_454 + u64::try_from(number).unwrap()).unwrap();
                let id = number.to_string();
                let mut buffer = [0; 512];
                let assertion = ClientAssertion::new("device-7", issuer, now, JwtId::text(&id));
                let signed = assertion.sign_with(&mut buffer, &mut signer).unwrap();
                let (message, encoded) = signed.as_str().rsplit_once('.').unwrap();
                let mut r_and_s = [0; 64];
                Base64UrlUnpadded::decode(encoded, &mut r_and_s).unwrap();
                let signature = Es256Signature::from_bytes(r_and_s).unwrap();
                assert!(key.verify(message.as_bytes(), &signature).unwrap(), "{} {number}", signer.backend());
            }
        }
    }

    #[test]
    fn one_draws_its_nonces_and_the_other_is_deterministic() {
        let [fast, slow] = both(&[7; 32]);
        let message = b"header.claims";
        let expected = software(&[7; 32]).sign_hash(&Sha256::digest(message).into());
        assert!(slow.sign_message(message) == expected);
        assert!(fast.software().sign_hash(&Sha256::digest(message).into()) == expected);
        if fast.backend() == "graviola" {
            assert!(fast.sign_message(message) != fast.sign_message(message));
        }
    }

    #[test]
    fn the_backend_is_the_one_for_this_processor() {
        #[cfg(target_arch = "x86_64")]
        let fast = std::is_x86_feature_detected!("adx")
            && std::is_x86_feature_detected!("aes")
            && std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("pclmulqdq");
        #[cfg(target_arch = "aarch64")]
        let fast = std::arch::is_aarch64_feature_detected!("aes")
            && std::arch::is_aarch64_feature_detected!("neon")
            && std::arch::is_aarch64_feature_detected!("pmull")
            && std::arch::is_aarch64_feature_detected!("sha2");
        #[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
        let fast = false;
        let [chosen, forced] = both(&[7; 32]);
        assert_eq!(chosen.backend(), if fast { "graviola" } else { "p256" });
        assert_eq!(forced.backend(), "p256");
    }

    /// In a debug build, graviola takes this processor for one without what the environment names.
    #[test]
    #[cfg(all(debug_assertions, not(miri), target_arch = "x86_64"))]
    fn a_processor_without_an_instruction_gets_the_other() {
        const NAME: &str = "key::host::tests::a_processor_without_an_instruction_gets_the_other";
        const FEATURES: [&str; 5] = ["adx", "aes", "avx2", "bmi1", "pclmulqdq"];
        let variable = |feature: &str| format!("GRAVIOLA_CPU_DISABLE_{feature}");
        if FEATURES.iter().any(|feature| std::env::var_os(variable(feature)).is_some()) {
            let signer = HostSigner::from_scalar(&[7; 32]).unwrap();
            assert_eq!(signer.backend(), "p256");
            let signature = signer.sign_message(b"header.claims");
            assert!(signer.public_key().unwrap().verify(b"header.claims", &signature).unwrap());
            return;
        }
        for feature in FEATURES {
            let mut other = std::process::Command::new(std::env::current_exe().unwrap());
            let output = other.args(["--exact", NAME]).env(variable(feature), "1").output().unwrap();
            assert!(output.status.success(), "{feature}: {output:?}");
        }
    }

    #[test]
    fn keys_out_of_range_are_refused() {
        let cause = |d: &[u8; 32]| HostSigner::from_scalar(d).unwrap_err().cause();
        assert_eq!(cause(&[0; 32]), Cause::ZeroKey);
        assert_eq!(cause(&ORDER), Cause::KeyTooLarge);
        assert_eq!(cause(&[0xff; 32]), Cause::KeyTooLarge);
    }

    #[test]
    fn threads_share_it() {
        let [signer, _] = both(&[7; 32]);
        let key = signer.public_key().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(key.verify(b"message", &signer.sign_message(b"message")).unwrap()));
            }
        });
    }
}
