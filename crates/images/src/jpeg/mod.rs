//! JPEG images of the usual form, to the bits of libjpeg-turbo: sequential, Huffman codes, 8 bits, grey or YCbCr, all
//! components in one scan, colour at full resolution or at half of it. Whatever is not so, or is damaged in the least, is
//! `None`: libjpeg-turbo itself is to read it.
mod colour;
mod header;
mod huffman;
mod idct;
mod planes;
mod segment;
mod upsample;

use core::ops::Range;

use header::Header;
use huffman::{Bits, Block, Codes, Tables, read_block};
use planes::{Plane, Planes};

/// What the caller has to lend for an image.
pub fn scratch_bytes(bytes: usize, height: usize, width: usize) -> usize {
    // Bytes of a segment; planes of whole blocks of 16 x 16, and a few rows.
    bytes + segment::MORE + 3 * (width + 16) * (height + 16) + 16 * (width + 64)
}

/// Red, green and blue of each pixel into `to`, [height, width, 3], of exactly the image's size.
pub fn decode(bytes: &[u8], height: usize, width: usize, scratch: &mut [u8], to: &mut [u8]) -> Option<()> {
    let mut tables = Tables::new();
    let header = header::read(bytes, &mut tables)?;
    if header.height != height || header.width != width || to.len() != 3 * height * width {
        return None;
    }
    let (room, scratch) = scratch.split_at_mut_checked(bytes.len() + segment::MORE)?;
    let mut planes = Planes::new(&header, scratch)?;
    read_scan(bytes, &header, &tables, room, &mut planes)?;
    planes.write(&header, to);
    Some(())
}

const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

/// Blocks into planes, one group of all components after the other.
fn read_scan(bytes: &[u8], header: &Header, tables: &Tables, room: &mut [u8], planes: &mut Planes) -> Option<()> {
    let (down, across) = planes.groups;
    let groups = down * across;
    let step = if header.restart == 0 { groups } else { header.restart };
    let mut at = header.scan;
    for (number, start) in (0..groups).step_by(step).enumerate() {
        if number > 0 {
            if bytes.get(at..at + 2)? != [0xff, 0xd0 + ((number - 1) % 8) as u8] {
                return None;
            }
            at += 2;
        }
        let (segment, end) = segment::read(bytes, at, room)?;
        at = end;
        let mut bits = Bits::new(segment);
        read_groups(&mut bits, header, tables, planes, start..groups.min(start + step))?;
        // What the last byte is filled up with.
        if bits.left() >= 8 {
            return None;
        }
    }
    // Whatever else comes may be of weight.
    (bytes.get(at..at + 2)? == END_OF_IMAGE).then_some(())
}

fn read_groups(
    bits: &mut Bits,
    header: &Header,
    tables: &Tables,
    planes: &mut Planes,
    groups: Range<usize>,
) -> Option<()> {
    let across = planes.groups.1;
    let mut predicted = [0; 3];
    let mut block = Block::EMPTY;
    let components = &header.components[..header.count];
    for group in groups {
        let (y, x) = (group / across, group % across);
        for ((component, plane), predicted) in components.iter().zip(&mut planes.of).zip(&mut predicted) {
            let codes = Codes {
                dc: tables.dc[component.dc].as_ref()?,
                ac: tables.ac[component.ac].as_ref()?,
                quanta: tables.quanta[component.quanta].as_ref()?,
            };
            for part in 0..plane.v * plane.h {
                read_block(bits, codes, predicted, &mut block)?;
                put(plane, y * plane.v + part / plane.h, x * plane.h + part % plane.h, &block);
            }
        }
    }
    Some(())
}

/// Of places in [8, 8]: of either number, the bit that is 0 where it is less than four.
const FOUR_OR_MORE: u32 = 0o44;

fn put(plane: &mut Plane, y: usize, x: usize, block: &Block) {
    let stride = plane.stride;
    let start = 8 * (y * stride + x);
    let to = &mut plane.values[start..start + 7 * stride + 8];
    match block.places {
        0 => idct::flat(block.values[0], to, stride),
        places if places & FOUR_OR_MORE == 0 => idct::inverse_of_corner(&block.values, to, stride),
        _ => idct::inverse(&block.values, to, stride),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Vec<u8>> {
        let (height, width) = (31, 45);
        let mut scratch = vec![0; scratch_bytes(bytes.len(), height, width)];
        let mut pixels = vec![0; 3 * height * width];
        decode(bytes, height, width, &mut scratch, &mut pixels)?;
        Some(pixels)
    }

    macro_rules! golden {
        ($name:literal) => {
            include_bytes!(concat!("../../../../test/golden/images/", $name))
        };
    }

    /// That of Fowler, Noll and Vo.
    fn hash(bytes: &[u8]) -> u32 {
        bytes.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    #[test]
    fn the_pixels_are_those_that_pillow_reads() {
        let read = |bytes| read(bytes).map(|pixels| hash(&pixels));
        assert_eq!(read(golden!("420.jpg")), Some(0x98cb_1c20));
        assert_eq!(read(golden!("restarts.jpg")), Some(0x98cb_1c20));
        assert_eq!(read(golden!("422.jpg")), Some(0x6bf6_f062));
        assert_eq!(read(golden!("444.jpg")), Some(0x9ef4_5643));
        assert_eq!(read(golden!("grey.jpg")), Some(0xcec2_b50f));
        assert_eq!(read(golden!("progressive.jpg")), None);
        assert_eq!(read(golden!("cmyk.jpg")), None);
    }

    #[test]
    fn whatever_the_bytes_are_nothing_panics() {
        for whole in [&golden!("420.jpg")[..], golden!("restarts.jpg"), golden!("grey.jpg")] {
            for at in (0..whole.len()).step_by(5) {
                assert_eq!(read(&whole[..at]), None);
                let mut changed = whole.to_vec();
                changed[at] ^= 1 << (at % 8);
                read(&changed);
            }
        }
    }
}
