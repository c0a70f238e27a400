//! Components as they are in the file, before they become colours.
use super::colour::{grey_row, ycc_row};
use super::header::Header;
use super::upsample::{Neighbours, double_row};

#[derive(Default)]
pub struct Plane<'a> {
    /// [rows, stride], of whole groups.
    pub values: &'a mut [u8],
    pub stride: usize,
    /// Blocks in a group, across and down.
    pub h: usize,
    pub v: usize,
    /// Without what fills up the groups.
    height: usize,
    width: usize,
}

pub struct Planes<'a> {
    pub of: [Plane<'a>; 3],
    /// Down and across.
    pub groups: (usize, usize),
    /// What is left.
    rest: &'a mut [u8],
}

impl<'a> Planes<'a> {
    /// `None` where there is too little room, or colours are so few that libjpeg goes another way.
    pub fn new(header: &Header, scratch: &'a mut [u8]) -> Option<Self> {
        let (most_h, most_v) = (header.components[0].h, header.components[0].v);
        let groups = (header.height.div_ceil(8 * most_v), header.width.div_ceil(8 * most_h));
        let mut of = [Plane::default(), Plane::default(), Plane::default()];
        let mut rest = scratch;
        for (plane, component) in of.iter_mut().zip(&header.components[..header.count]) {
            let (h, v) = (component.h, component.v);
            let stride = 8 * h * groups.1;
            let (values, others) = rest.split_at_mut_checked(stride * 8 * v * groups.0)?;
            let height = (header.height * v).div_ceil(most_v);
            let width = (header.width * h).div_ceil(most_h);
            if h < most_h && width <= 2 {
                return None;
            }
            *plane = Plane { values, stride, h, v, height, width };
            rest = others;
        }
        Some(Planes { of, groups, rest })
    }

    /// Colours of each pixel into [height, width, 3].
    pub fn write(&mut self, header: &Header, to: &mut [u8]) {
        let [luma, blue, red] = &self.of;
        let padded = (header.width + 1).next_multiple_of(16) + 16;
        for (y, made) in to.chunks_exact_mut(3 * header.width).enumerate() {
            let light = luma.row(y);
            if header.count == 1 {
                grey_row(&light[..header.width], made);
            } else if luma.h == 1 {
                ycc_row(light, blue.row(y), red.row(y), made);
            } else {
                let (blues, reds) = self.rest.split_at_mut(padded);
                for (plane, row) in [(blue, &mut *blues), (red, &mut *reds)] {
                    double_row(plane.neighbours(y, luma.v), plane.width, row);
                }
                ycc_row(light, blues, reds, made);
            }
        }
    }
}

impl Plane<'_> {
    fn row(&self, y: usize) -> &[u8] {
        &self.values[y * self.stride..(y + 1) * self.stride]
    }

    /// The rows that row `y` of the image lies between.
    fn neighbours(&self, y: usize, v: usize) -> Neighbours<'_> {
        if v == 1 {
            return Neighbours::One(self.row(y));
        }
        let near = y / 2;
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(self.height - 1) };
        Neighbours::Two(self.row(near), self.row(far))
    }
}
