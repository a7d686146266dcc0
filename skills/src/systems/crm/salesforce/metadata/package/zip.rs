//! A zip of a few small files, none of them compressed: all of them together are smaller than one photograph
//! (<https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>).

/// The format's version 2.0, which everybody reads.
const VERSION: u16 = 20;
/// The names are in UTF-8.
const UTF_8: u16 = 1 << 11;
/// The first day that a zip can tell, so that the same files make the same zip.
const DAY: u16 = (1 << 5) | 1;

/// The zip of these files; an error if they are too many or too large for one.
pub(super) fn of(files: &[(&str, &str)]) -> Result<Vec<u8>, std::num::TryFromIntError> {
    let (mut zip, mut directory) = (vec![], vec![]);
    for (name, text) in files {
        let size = u32::try_from(text.len())?.to_le_bytes();
        let mut about = vec![];
        for number in [VERSION, UTF_8, 0, 0, DAY] {
            about.extend(number.to_le_bytes());
        }
        for number in [crc32(text.as_bytes()).to_le_bytes(), size, size] {
            about.extend(number);
        }
        about.extend(u16::try_from(name.len())?.to_le_bytes());
        about.extend([0; 2]); // no extra field
        let at = u32::try_from(zip.len())?;
        zip.extend(b"PK\x03\x04");
        zip.extend(&about);
        zip.extend(name.as_bytes());
        zip.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&about);
        directory.extend([0; 10]); // no comment, the first disk, no attributes
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len())?;
    let (size, at) = (u32::try_from(directory.len())?, u32::try_from(zip.len())?);
    zip.extend(directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    zip.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    zip.extend([0; 2]); // no comment
    Ok(zip)
}

/// The checksum of a zip's files, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            let is_odd = crc & 1 == 1;
            crc >>= 1;
            if is_odd {
                crc ^= 0xEDB8_8320;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_everybody_computes() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
