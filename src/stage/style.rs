//! What each kind of shape and text looks like, as plain data: which tokens it takes its colours from, how thick, how dashed.
//!
//! The order of [`Style`] is the order of painting.

use crate::sim::process::Sort;

/// A colour of the page, by the name that style sheets give it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say all there is to say")]
pub enum Token {
    Paper,
    Sheet,
    Rule,
    Ink,
    Ink2,
    Ink3,
    Accent,
    AccentSoft,
    Good,
    GoodSoft,
    Bad,
    BadSoft,
    Warn,
    WarnSoft,
    IslandA,
    IslandAInk,
    IslandB,
    IslandBInk,
    IslandC,
    IslandCInk,
    IslandD,
    IslandDInk,
    Link,
    Node,
    NodeRim,
    MessageWrite,
    MessageAck,
    MessageBeat,
    MessageLost,
}

impl Token {
    /// All of them, each at its own index.
    pub const ALL: [Token; 29] = {
        use Token::*;
        [
            Paper,
            Sheet,
            Rule,
            Ink,
            Ink2,
            Ink3,
            Accent,
            AccentSoft,
            Good,
            GoodSoft,
            Bad,
            BadSoft,
            Warn,
            WarnSoft,
            IslandA,
            IslandAInk,
            IslandB,
            IslandBInk,
            IslandC,
            IslandCInk,
            IslandD,
            IslandDInk,
            Link,
            Node,
            NodeRim,
            MessageWrite,
            MessageAck,
            MessageBeat,
            MessageLost,
        ]
    };

    /// The custom property that holds it.
    pub const fn property(self) -> &'static str {
        match self {
            Token::Paper => "--paper",
            Token::Sheet => "--sheet",
            Token::Rule => "--rule",
            Token::Ink => "--ink",
            Token::Ink2 => "--ink-2",
            Token::Ink3 => "--ink-3",
            Token::Accent => "--accent",
            Token::AccentSoft => "--accent-soft",
            Token::Good => "--good",
            Token::GoodSoft => "--good-soft",
            Token::Bad => "--bad",
            Token::BadSoft => "--bad-soft",
            Token::Warn => "--warn",
            Token::WarnSoft => "--warn-soft",
            Token::IslandA => "--island-a",
            Token::IslandAInk => "--island-a-ink",
            Token::IslandB => "--island-b",
            Token::IslandBInk => "--island-b-ink",
            Token::IslandC => "--island-c",
            Token::IslandCInk => "--island-c-ink",
            Token::IslandD => "--island-d",
            Token::IslandDInk => "--island-d-ink",
            Token::Link => "--link",
            Token::Node => "--node",
            Token::NodeRim => "--node-rim",
            Token::MessageWrite => "--msg-write",
            Token::MessageAck => "--msg-ack",
            Token::MessageBeat => "--msg-beat",
            Token::MessageLost => "--msg-lost",
        }
    }
}

/// A kind of shape. Those that come later are painted over those that come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Style {
    /// Soft ground under the nodes of an island; there are four tints.
    HullA,
    /// See [`Style::HullA`].
    HullB,
    /// See [`Style::HullA`].
    HullC,
    /// See [`Style::HullA`].
    HullD,
    /// The dashed edge of the fifth island and those after it, which share the tints of the first four.
    HullEdgeA,
    /// See [`Style::HullEdgeA`].
    HullEdgeB,
    /// See [`Style::HullEdgeA`].
    HullEdgeC,
    /// See [`Style::HullEdgeA`].
    HullEdgeD,
    /// Round what the pointer is over.
    Hover,
    /// A whole link.
    Link,
    /// What is left of a cut one.
    Stub,
    /// A link with a fault other than a cut.
    Troubled,
    /// The ends at a gap.
    CutEnd,
    /// Which way still works.
    Arrow,
    /// Round what is selected.
    Selection,
    /// A node that runs.
    Node,
    /// A node that is down.
    Crashed,
    /// The cross on it.
    Cross,
    /// A node that does not follow its protocol.
    Byzantine,
    /// What shades a paused node.
    Hatch,
    /// The lines of a node's icon.
    Icon,
    /// Its filled parts.
    IconFill,
    /// The face of a Byzantine node.
    Mask,
    /// The ground of a value that rides on a node.
    Badge,
    /// The sign on a node that does nothing.
    Pause,
    /// The ground of a small mark on a node.
    Mark,
    /// The lines of the small mark.
    MarkLine,
    /// How much of a timer is left.
    Timer,
    /// How much of a disk's work is left.
    Sync,
    /// The side of a queue.
    Tray,
    /// Messages that ask.
    Request,
    /// Messages that answer.
    Reply,
    /// Messages that keep house.
    Beat,
    /// Messages that refuse.
    Refusal,
    /// The jagged edge of messages that were changed, under the message itself.
    Altered,
    /// A message that was just lost.
    Lost,
    /// One that was lost a moment ago.
    LostFading,
    /// One that was lost a while ago.
    LostFaint,
    /// The number of things that wait.
    Count,
    /// Round the message that is selected.
    PacketSelection,
    /// The ground of the selected node's lane in the diagram.
    LaneBand,
    /// A node's lane in the diagram.
    Lane,
    /// The part of a lane on which its node was down.
    LaneDown,
    /// The moment at which something was done to the network.
    MomentCommand,
    /// The moment at which a property was broken.
    MomentBroken,
    /// The moment at which a property came true.
    MomentReached,
    /// Under the lines of the selected message.
    LineSelected,
    /// What dims the future that the watcher went back from.
    FutureVeil,
    /// What dims all that has nothing to do with an event.
    Veil,
    /// The part of a lane that comes before an event.
    LanePast,
    /// The part of a lane that comes after it.
    LaneFuture,
    /// The way of a message that keeps house.
    LineBeat,
    /// The way of one that answers.
    LineReply,
    /// The way of one that asks.
    LineRequest,
    /// The way of one that refuses.
    LineRefusal,
    /// The way of one that was lost.
    LineLost,
    /// Where a message that keeps house arrived.
    DotBeat,
    /// Where one that answers arrived.
    DotReply,
    /// Where one that asks arrived.
    DotRequest,
    /// Where one that refuses arrived.
    DotRefusal,
    /// Where a message was changed.
    Jag,
    /// Where a timer went off, and the marks of the axis.
    Tick,
    /// Where a process said something.
    Note,
    /// Where a user was told something.
    Answer,
    /// Where a node went down or came up.
    Power,
    /// Where a message was lost.
    LostCross,
    /// The flag of something that was done.
    FlagCommand,
    /// The flag of a broken property.
    FlagBroken,
    /// The flag of one that came true.
    FlagReached,
    /// The present.
    Cursor,
    /// The ground of its name.
    CursorFlag,
    /// Round the event that is pointed at.
    Pointed,
}

/// How a shape is painted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// What it is filled with.
    pub fill: Option<Token>,
    /// What its line is drawn with, and how thick at full size, in pixels.
    pub line: Option<(Token, f64)>,
    /// How long the dashes and the gaps between them are, in pixels.
    pub dash: Option<f64>,
    /// From 0, invisible, to 1.
    pub opacity: f64,
    /// Whether the line is drawn before the fill, so that only its outer half is seen.
    pub line_below: bool,
}

impl Style {
    /// How many there are.
    pub const COUNT: usize = Style::Pointed as usize + 1;

    /// How it is painted.
    pub const fn look(self) -> Look {
        use Token as T;
        match self {
            Style::HullA => filled(T::IslandA),
            Style::HullB => filled(T::IslandB),
            Style::HullC => filled(T::IslandC),
            Style::HullD => filled(T::IslandD),
            Style::HullEdgeA => dashed(T::IslandAInk, 1.5, 6.0),
            Style::HullEdgeB => dashed(T::IslandBInk, 1.5, 6.0),
            Style::HullEdgeC => dashed(T::IslandCInk, 1.5, 6.0),
            Style::HullEdgeD => dashed(T::IslandDInk, 1.5, 6.0),
            Style::Hover => lined(T::AccentSoft, 8.0),
            Style::Link => lined(T::Link, 2.5),
            Style::Stub => Look { opacity: 0.75, ..lined(T::Link, 2.5) },
            Style::Troubled => lined(T::Warn, 2.5),
            Style::CutEnd => lined(T::Bad, 3.0),
            Style::Arrow => lined(T::Ink2, 2.5),
            Style::Selection | Style::PacketSelection => dashed(T::Accent, 2.0, 3.5),
            Style::Node => both(T::Node, T::NodeRim, 2.5),
            Style::Crashed => Look { dash: Some(4.5), ..both(T::Paper, T::Ink3, 2.5) },
            Style::Cross => lined(T::Ink3, 3.0),
            Style::Byzantine => both(T::BadSoft, T::Bad, 2.5),
            Style::Hatch => Look { opacity: 0.55, ..lined(T::Ink3, 1.75) },
            Style::Icon => lined(T::Ink, 2.0),
            Style::IconFill => filled(T::Good),
            Style::Pause => filled(T::Ink2),
            Style::Mask => filled(T::Bad),
            Style::Badge => both(T::Sheet, T::Rule, 1.5),
            Style::Mark => both(T::WarnSoft, T::Warn, 1.5),
            Style::MarkLine => lined(T::Warn, 1.75),
            Style::Timer => lined(T::Accent, 3.0),
            Style::Sync => lined(T::Good, 3.0),
            Style::Tray => lined(T::Ink3, 1.5),
            Style::Request => message(T::MessageWrite),
            Style::Reply => message(T::MessageAck),
            Style::Beat => message(T::MessageBeat),
            Style::Refusal => message(T::Warn),
            Style::Altered => message(T::Bad),
            Style::Lost => filled(T::MessageLost),
            Style::LostFading => Look { opacity: 0.6, ..filled(T::MessageLost) },
            Style::LostFaint => Look { opacity: 0.3, ..filled(T::MessageLost) },
            Style::Count => both(T::Ink2, T::Paper, 1.5),
            Style::LaneBand => filled(T::AccentSoft),
            Style::Lane => lined(T::Rule, 1.5),
            Style::LaneDown => filled(T::Rule),
            Style::MomentCommand => dashed(T::Warn, 1.5, 2.5),
            Style::MomentBroken => dashed(T::Bad, 1.5, 2.5),
            Style::MomentReached => dashed(T::Good, 1.5, 2.5),
            Style::LineSelected => lined(T::AccentSoft, 7.0),
            Style::FutureVeil => Look { opacity: 0.62, ..filled(T::Sheet) },
            Style::Veil => Look { opacity: 0.84, ..filled(T::Sheet) },
            Style::LanePast => lined(T::Accent, 3.0),
            Style::LaneFuture => lined(T::IslandAInk, 3.0),
            Style::LineBeat => lined(T::MessageBeat, 1.25),
            Style::LineReply => lined(T::MessageAck, 1.5),
            Style::LineRequest => lined(T::MessageWrite, 1.5),
            Style::LineRefusal => lined(T::Warn, 1.5),
            Style::LineLost => lined(T::MessageLost, 1.5),
            Style::DotBeat => filled(T::MessageBeat),
            Style::DotReply => filled(T::MessageAck),
            Style::DotRequest => filled(T::MessageWrite),
            Style::DotRefusal => filled(T::Warn),
            Style::Jag => both(T::BadSoft, T::Bad, 1.5),
            Style::Tick => lined(T::Ink3, 1.5),
            Style::Note => both(T::Sheet, T::Ink2, 1.75),
            Style::Answer => both(T::GoodSoft, T::Good, 1.75),
            Style::Power => lined(T::Ink, 2.0),
            Style::LostCross => lined(T::MessageLost, 2.0),
            Style::FlagCommand => filled(T::Warn),
            Style::FlagBroken => filled(T::Bad),
            Style::FlagReached => filled(T::Good),
            Style::Cursor => lined(T::Accent, 2.0),
            Style::CursorFlag => filled(T::Accent),
            Style::Pointed => lined(T::Accent, 2.0),
        }
    }

    /// The style of messages of a sort.
    pub const fn of_sort(sort: Sort) -> Style {
        match sort {
            Sort::Request => Style::Request,
            Sort::Reply => Style::Reply,
            Sort::Beat => Style::Beat,
            Sort::Refusal => Style::Refusal,
        }
    }

    /// The style of the ways of messages of a sort, and that of the dots where they arrive.
    pub const fn of_way(sort: Sort) -> (Style, Style) {
        match sort {
            Sort::Request => (Style::LineRequest, Style::DotRequest),
            Sort::Reply => (Style::LineReply, Style::DotReply),
            Sort::Beat => (Style::LineBeat, Style::DotBeat),
            Sort::Refusal => (Style::LineRefusal, Style::DotRefusal),
        }
    }

    /// All of them in the order of painting.
    pub fn all() -> impl Iterator<Item = Style> {
        use Style::*;
        const ALL: [Style; Style::COUNT] = [
            HullA,
            HullB,
            HullC,
            HullD,
            HullEdgeA,
            HullEdgeB,
            HullEdgeC,
            HullEdgeD,
            Hover,
            Link,
            Stub,
            Troubled,
            CutEnd,
            Arrow,
            Selection,
            Node,
            Crashed,
            Cross,
            Byzantine,
            Hatch,
            Icon,
            IconFill,
            Mask,
            Badge,
            Pause,
            Mark,
            MarkLine,
            Timer,
            Sync,
            Tray,
            Request,
            Reply,
            Beat,
            Refusal,
            Altered,
            Lost,
            LostFading,
            LostFaint,
            Count,
            PacketSelection,
            LaneBand,
            Lane,
            LaneDown,
            MomentCommand,
            MomentBroken,
            MomentReached,
            LineSelected,
            FutureVeil,
            Veil,
            LanePast,
            LaneFuture,
            LineBeat,
            LineReply,
            LineRequest,
            LineRefusal,
            LineLost,
            DotBeat,
            DotReply,
            DotRequest,
            DotRefusal,
            Jag,
            Tick,
            Note,
            Answer,
            Power,
            LostCross,
            FlagCommand,
            FlagBroken,
            FlagReached,
            Cursor,
            CursorFlag,
            Pointed,
        ];
        ALL.into_iter()
    }
}

const fn filled(fill: Token) -> Look {
    Look { fill: Some(fill), line: None, dash: None, opacity: 1.0, line_below: false }
}

const fn lined(line: Token, width: f64) -> Look {
    Look { fill: None, line: Some((line, width)), dash: None, opacity: 1.0, line_below: false }
}

const fn dashed(line: Token, width: f64, dash: f64) -> Look {
    Look { dash: Some(dash), ..lined(line, width) }
}

const fn both(fill: Token, line: Token, width: f64) -> Look {
    Look { fill: Some(fill), ..lined(line, width) }
}

/// Messages have a thin rim of paper, so that they are told from the links they travel on.
const fn message(fill: Token) -> Look {
    Look { line_below: true, ..both(fill, Token::Paper, 3.0) }
}

/// A kind of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Font {
    /// Names of nodes.
    Name,
    /// Names of islands.
    Island,
    /// What messages say.
    Label,
    /// Values, in figures of one width.
    Value,
    /// Numbers in small marks.
    Count,
}

impl Font {
    /// All of them, each at its own index.
    pub const ALL: [Font; 5] = [Font::Name, Font::Island, Font::Label, Font::Value, Font::Count];

    /// Its size as a part of the text size of the stage.
    pub const fn size(self) -> f64 {
        match self {
            Font::Name | Font::Island => 1.0,
            Font::Label => 0.875,
            Font::Value => 0.875,
            Font::Count => 0.72,
        }
    }

    /// Its weight.
    pub const fn weight(self) -> u16 {
        match self {
            Font::Name | Font::Island | Font::Count => 650,
            Font::Label | Font::Value => 550,
        }
    }

    /// About how wide a text is, in pixels, with the stage's text size given. Never too little for the page's type family.
    pub fn width(self, text: &str, text_px: f64) -> f64 {
        let em: f64 = text.chars().map(character_width).sum();
        em * self.size() * text_px
    }
}

/// About how wide a character is, in parts of the text size.
fn character_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.3,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '1' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.9,
        'A'..='Z' => 0.68,
        _ if c.is_ascii() => 0.59,
        // Other scripts may have wide characters.
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_everything_at_its_place() {
        assert!(Style::all().enumerate().all(|(index, style)| style as usize == index));
        assert!(Token::ALL.iter().enumerate().all(|(index, token)| *token as usize == index));
    }

    #[test]
    fn every_style_paints_something() {
        assert!(Style::all().all(|style| style.look().fill.is_some() || style.look().line.is_some()));
    }

    #[test]
    fn every_sort_of_message_has_a_style_of_its_own() {
        let sorts = [Sort::Request, Sort::Reply, Sort::Beat, Sort::Refusal];
        let styles: std::collections::BTreeSet<_> = sorts.map(Style::of_sort).into_iter().collect();
        assert_eq!(styles.len(), sorts.len());
        let ways: std::collections::BTreeSet<_> = sorts.map(Style::of_way).into_iter().collect();
        assert_eq!(ways.len(), sorts.len());
    }
}
