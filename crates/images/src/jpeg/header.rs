//! What stands before the pixels.
use super::huffman::{Code, Quantum, Tables};

#[derive(Clone, Copy, Default)]
pub struct Component {
    id: u8,
    /// Blocks of it in a group, across and down.
    pub h: usize,
    pub v: usize,
    pub quanta: usize,
    pub dc: usize,
    pub ac: usize,
}

pub struct Header {
    pub height: usize,
    pub width: usize,
    /// Of components: 1 or 3.
    pub count: usize,
    pub components: [Component; 3],
    /// Groups of blocks between restarts; 0: none.
    pub restart: usize,
    /// Where the codes begin.
    pub scan: usize,
}

/// Pixels that libjpeg takes, across or down.
const MOST: usize = 65_500;
const START_OF_SCAN: u8 = 0xda;

/// `None` for what is not the usual form, or not in order.
pub fn read(bytes: &[u8], tables: &mut Tables) -> Option<Header> {
    let mut frame = None;
    let mut restart = 0;
    let mut is_jfif = false;
    let mut is_adobe = false;
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        let code = bytes[at];
        let length = u16_at(bytes, at + 1)?;
        let body = bytes.get(at + 3..at + 1 + length)?;
        at += 1 + length;
        match code {
            0xc0 | 0xc1 if frame.is_none() => frame = Some(read_frame(body)?),
            0xc4 => read_codes(body, tables)?,
            0xdb => read_quanta(body, tables)?,
            0xdd if body.len() == 2 => restart = u16_at(body, 0)?,
            // As libjpeg tells them.
            0xe0 => is_jfif |= body.len() >= 14 && body.starts_with(b"JFIF\0"),
            0xee => is_adobe |= body.len() >= 12 && body.starts_with(b"Adobe"),
            0xe1..=0xef | 0xfe => {}
            START_OF_SCAN => {
                let (height, width, count, mut components) = frame?;
                read_scan(body, &mut components[..count])?;
                let ids = components.map(|one| one.id);
                let is_known = count == 1 || is_jfif || (!is_adobe && ids == [1, 2, 3]);
                return is_known.then_some(Header { height, width, count, components, restart, scan: at });
            }
            _ => return None,
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(*bytes.get(at)?) << 8 | usize::from(*bytes.get(at + 1)?))
}

fn read_frame(body: &[u8]) -> Option<(usize, usize, usize, [Component; 3])> {
    let &[8, _, _, _, _, count, ref rest @ ..] = body else { return None };
    let count = usize::from(count);
    if !(count == 1 || count == 3) || rest.len() != 3 * count {
        return None;
    }
    let mut components = [Component::default(); 3];
    for (component, one) in components.iter_mut().zip(rest.chunks_exact(3)) {
        let (h, v) = (usize::from(one[1] >> 4), usize::from(one[1] & 15));
        *component = Component { id: one[0], h, v, quanta: usize::from(one[2]), dc: 0, ac: 0 };
    }
    let sampling = components.map(|one| (one.h, one.v));
    let is_usual = match count {
        1 => sampling[0] == (1, 1),
        _ => matches!(sampling[0], (1, 1) | (2, 1) | (2, 2)) && sampling[1..] == [(1, 1), (1, 1)],
    };
    let [a, b, c] = components.map(|one| one.id);
    let (height, width) = (u16_at(body, 1)?, u16_at(body, 3)?);
    let is_one_each = count == 1 || (a != b && b != c && c != a);
    (is_usual && is_one_each && height.max(width) <= MOST).then_some((height, width, count, components))
}

/// All components, in the order of the frame, and all their coefficients at once.
fn read_scan(body: &[u8], components: &mut [Component]) -> Option<()> {
    let count = components.len();
    if body.len() != 4 + 2 * count || usize::from(body[0]) != count || body[1 + 2 * count..] != [0, 63, 0] {
        return None;
    }
    for (component, one) in components.iter_mut().zip(body[1..].chunks_exact(2)) {
        if one[0] != component.id {
            return None;
        }
        component.dc = usize::from(one[1] >> 4);
        component.ac = usize::from(one[1] & 15);
    }
    let in_range = |one: &Component| one.dc < 2 && one.ac < 2 && one.quanta < 4;
    components.iter().all(in_range).then_some(())
}

fn read_quanta(mut body: &[u8], tables: &mut Tables) -> Option<()> {
    while let &[place, ref rest @ ..] = body {
        // Its upper half: of 8 bits.
        let table = tables.quanta.get_mut(usize::from(place))?;
        let (values, others) = rest.split_first_chunk::<64>()?;
        *table = Some(Quantum::table(values));
        body = others;
    }
    Some(())
}

fn read_codes(mut body: &[u8], tables: &mut Tables) -> Option<()> {
    while let &[place, ref rest @ ..] = body {
        let (counts, rest) = rest.split_first_chunk::<16>()?;
        let total = counts.iter().map(|&count| usize::from(count)).sum();
        let (symbols, others) = rest.split_at_checked(total)?;
        match place {
            0 | 1 => tables.dc[usize::from(place)] = Some(Code::new(counts, symbols, false)?),
            0x10 | 0x11 => tables.ac[usize::from(place & 1)] = Some(Code::new(counts, symbols, true)?),
            _ => return None,
        }
        body = others;
    }
    Some(())
}
