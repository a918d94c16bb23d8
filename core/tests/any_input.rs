//! What comes from outside, damaged in every way: no input may reach the panics that are left in dependencies. For each of
//! these, `tests/firmware/panics.toml` says why none does; here overflow and the dependencies' own assertions are checked too.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use base64ct::{Base64, Encoding as _};
use jurat_core::{
    End, Es256Signature, PRIVATE_PEM_SIZE, PublicKey, Response, SoftwareSigner, import_key, import_pem, import_sec1_der,
};

/// The order of P-256.
const N: [u64; 4] = [0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551];

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn bytes(&mut self) -> [u8; 32] {
        core::array::from_fn(|_| self.next().to_le_bytes()[0])
    }

    /// Up to three times: a byte changed, a part left out, repeated or cut off.
    fn damage(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(8)).min(bytes.len());
            match self.below(8) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                2 => bytes.truncate(at),
                3 => bytes[at] = self.next().to_le_bytes()[0],
                4 => bytes[at] ^= 1 << self.below(8),
                // What lengths, lines and numbers are made of.
                _ => bytes[at] = b"\r\n \0\x7f\x80\x81\x82\x84\xff-:;=0f\x30\x04"[self.below(18)],
            }
            if bytes.is_empty() {
                break;
            }
        }
        bytes
    }
}

fn private_pem() -> String {
    let mut buffer = [0; PRIVATE_PEM_SIZE];
    SoftwareSigner::from_scalar(&[7; 32]).unwrap().write_private_pem(&mut buffer).unwrap().to_owned()
}

/// The base64 of the block in one line.
fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn damaged_keys() {
    let pem = private_pem();
    let mut buffer = [0; PRIVATE_PEM_SIZE];
    let pkcs8 = Base64::decode(body(&pem), &mut buffer).unwrap();
    // The ECPrivateKey inside.
    let sec1 = &pkcs8[pkcs8.len() - 109..];
    assert!(import_sec1_der(sec1).is_ok());
    let mut random = Random(1);
    for good in [pem.as_bytes(), pkcs8, sec1] {
        let refused = (0..10_000).filter(|_| import_key(&random.damage(good)).is_err()).count();
        assert!(refused > 9_000);
    }
}

#[test]
fn pem_in_lines_of_every_width() {
    let body = body(&private_pem());
    for length in 0..=body.len() {
        for width in 1..=length {
            for line_end in ["\n", "\r\n"] {
                let lines: Vec<&str> =
                    body.as_bytes()[..length].chunks(width).map(|line| core::str::from_utf8(line).unwrap()).collect();
                let text = lines.join(line_end);
                let file = format!("-----BEGIN PRIVATE KEY-----{line_end}{text}{line_end}-----END PRIVATE KEY-----");
                assert_eq!(import_pem(file.as_bytes()).is_ok(), length == body.len() && width >= 4, "{length} {width}");
            }
        }
    }
}

#[test]
fn damaged_answers() {
    let answers = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Length: 26\r\nDate:  x \t\r\nA:\r\n\r\n\
         {\"error\":\"invalid_client\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nServer: a long value of it\r\n\r\n\
         d\r\n{\"error\":\"inv\r\n00d;a=b\r\nalid_client\"}\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.0 401 \nRetry-After: 1\n\nuntil the end",
    ];
    let mut random = Random(2);
    let mut taken = 0;
    for answer in answers {
        for _ in 0..20_000 {
            let damaged = random.damage(answer.as_bytes());
            for end in [End::NotYet, End::Connection, End::Buffer] {
                taken += usize::from(matches!(Response::from_http1(&mut damaged.clone(), end), Ok(Some(_))));
                let _ = Response::from_http1_head(&mut damaged.clone(), end);
            }
        }
    }
    assert!(taken > 1_000);
}

#[test]
fn any_point() {
    let mut random = Random(3);
    let mut on_curve = 0;
    for _ in 0..200 {
        let x = random.bytes();
        let public = [&[0xa1, 36, 3, 34, 0, 2][..], &x].concat();
        let file = [&[0x30, 75, 2, 1, 1, 4, 32][..], &[7; 32], &public].concat();
        // About every second x is one of a point; none is of this key's.
        let refused = import_sec1_der(&file).err().unwrap().cause();
        on_curve += usize::from(refused == jurat_core::Cause::KeyMismatch);
        let _ = PublicKey::from_coordinates(&x, &random.bytes()).map(|key| key.is_on_curve());
    }
    assert!((50..150).contains(&on_curve));
}

/// (2^`ones` - 1) * 2^`zeros`, where that is below the order.
fn run_of_ones(ones: usize, zeros: usize) -> Option<[u8; 32]> {
    let words: [u64; 4] = core::array::from_fn(|word| {
        (0..64).filter(|bit| (zeros..zeros + ones).contains(&((3 - word) * 64 + bit))).map(|bit| 1 << bit).sum()
    });
    (words < N).then(|| core::array::from_fn(|byte| words[byte / 8].to_be_bytes()[byte % 8]))
}

fn signature(r: &[u8; 32], s: &[u8; 32]) -> Es256Signature {
    Es256Signature::from_bytes([*r, *s].concat().try_into().unwrap()).unwrap()
}

/// With an s of 1, the multiples in the verification are the hash and r: carries in every place, at the top above all.
#[test]
fn any_scalar() {
    let key = SoftwareSigner::from_scalar(&[7; 32]).unwrap();
    let public = key.public_key().unwrap();
    let one = run_of_ones(1, 0).unwrap();
    let mut order_less_one: [u8; 32] = core::array::from_fn(|byte| N[byte / 8].to_be_bytes()[byte % 8]);
    order_less_one[31] -= 1;
    let runs = (1..=9).flat_map(|ones| (236..=256 - ones).chain([0, 59, 60, 63, 64]).map(move |zeros| (ones, zeros)));
    for r in runs.filter_map(|(ones, zeros)| run_of_ones(ones, zeros)).chain([order_less_one]) {
        assert_eq!(public.verify(b"message", &signature(&r, &one)), Ok(false));
    }
    let mut random = Random(4);
    let scalars: Vec<[u8; 32]> = (0..20).map(|_| random.bytes()).chain([one, order_less_one]).collect();
    for scalar in scalars {
        let key = SoftwareSigner::from_scalar(&scalar).unwrap();
        for hash in [[0; 32], [0xff; 32], order_less_one, random.bytes()] {
            let signed = key.sign_hash(&hash);
            let hedged = key.sign_hash_hedged(&hash, &random.bytes());
            assert_ne!(signed, hedged);
            assert_eq!(key.public_key().unwrap().verify(b"other", &signed), Ok(false));
        }
    }
}
