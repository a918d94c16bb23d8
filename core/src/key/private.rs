//! A private key in the form that other tools read.

use zeroize::Zeroizing;

use super::public::SEC1_SIZE;
use super::software::SoftwareSigner;
use crate::encoding::output::{Output, copy};
use crate::encoding::pem;
use crate::error::Error;

/// Bytes of a private key in PEM, as [`SoftwareSigner::write_private_pem`] writes it.
pub const PRIVATE_PEM_SIZE: usize = pem::size(LABEL, DER_SIZE);

const LABEL: &str = "PRIVATE KEY";

/// What stands before the scalar in DER: PKCS#8 (RFC 5208) around ECPrivateKey (RFC 5915), for prime256v1.
const BEFORE_SCALAR: [u8; 36] = [
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
    0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20,
];

/// What stands between the scalar and the point: the head of a bit string without unused bits.
const BEFORE_POINT: [u8; 5] = [0xa1, 0x44, 0x03, 0x42, 0x00];

const DER_SIZE: usize = BEFORE_SCALAR.len() + 32 + BEFORE_POINT.len() + SEC1_SIZE;

impl SoftwareSigner {
    /// Writes the private key as PKCS#8 in PEM, public half included: [`PRIVATE_PEM_SIZE`] bytes. The only way for a
    /// private key to come out; where it goes, and who can read that, is the caller's to see to.
    ///
    /// # Errors
    /// [`Cause::BufferTooSmall`](crate::Cause::BufferTooSmall): [`Error::needed`] says how many bytes would do. `output`
    /// is zeroed then.
    ///
    /// ```
    /// use jurat_core::{PRIVATE_PEM_SIZE, SoftwareSigner};
    /// let mut buffer = [0; PRIVATE_PEM_SIZE];
    /// let pem = SoftwareSigner::from_scalar(&[7; 32])?.write_private_pem(&mut buffer)?; // never use such a key
    /// assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49"));
    /// # Ok::<(), jurat_core::Error>(())
    /// ```
    pub fn write_private_pem<'o>(&self, output: &'o mut [u8]) -> Result<&'o str, Error> {
        let mut der = Zeroizing::new([0; DER_SIZE]);
        let scalar = self.scalar();
        let point = self.public_key()?.to_sec1();
        copy(der.as_mut_slice(), BEFORE_SCALAR.iter().chain(scalar.as_slice()).chain(&BEFORE_POINT).chain(&point));
        let mut output = Output::new(output);
        pem::write(&mut output, LABEL, der.as_slice());
        output.into_text()
    }
}
