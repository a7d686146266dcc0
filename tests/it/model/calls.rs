//! What may be asked of the hotel, by whom, and what may go wrong on the way. Dates are days from today.

mod arguments;

/// A day, counted from today.
pub(crate) type Day = i64;
/// An e-mail, a room number, a booking number, a case number: out of small pools.
pub(crate) type Word = &'static str;

pub(crate) const MANAGER: Word = "manager@dewyhotel.com";

/// Who asks: each has tokens of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Staff,
    Kiosk,
    Guest(Word),
}

impl Who {
    pub(crate) fn is_staff(self) -> bool {
        self == Self::Staff
    }

    /// The binary that is asked, and whom it acts for.
    pub(crate) fn server(self) -> (&'static str, Vec<(&'static str, &'static str)>) {
        match self {
            Self::Staff => ("staff-server", vec![("STAFF_EMAIL", MANAGER)]),
            Self::Kiosk => ("guest-server", vec![]),
            Self::Guest(email) => ("guest-server", vec![("GUEST_EMAIL", email)]),
        }
    }

    /// The name its tokens are kept under in the journal.
    pub(crate) fn caller(self) -> String {
        match self {
            Self::Staff => format!("staff:{MANAGER}"),
            Self::Kiosk => "guest".to_owned(),
            Self::Guest(email) => format!("guest:{email}"),
        }
    }
}

/// A payment; who asks for one that was never made gives a made-up id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payment {
    /// The so-and-so-many-th of a booking.
    Of { booking: Word, nth: usize },
    /// The last that was begun, or so many before it.
    Latest { back: usize },
    /// One the model knows, by its place there: what the other two turn out to be when the call is made.
    Known(usize),
}

/// A tool with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    CreateBooking {
        guest: Option<Word>,
        named: bool,
        room: Word,
        from: Day,
        to: Day,
        guests: u8,
        additional_to: &'static [Word],
    },
    CheckIn {
        guest: Option<Word>,
        date: Option<Day>,
        booking: Option<Word>,
        room: Option<Word>,
    },
    Checkout {
        guest: Option<Word>,
        card: Word,
        amount: Option<i64>,
        booking: Option<Word>,
        room: Option<Word>,
    },
    ManageBooking {
        booking: Word,
        from: Option<Day>,
        to: Option<Day>,
        guests: Option<u8>,
        requests: Option<Word>,
        room: Option<Word>,
        guest: Option<Word>,
    },
    CancelBooking {
        booking: Word,
        no_show: bool,
    },
    AssignRoom {
        booking: Word,
        room: Word,
    },
    ServiceRequest {
        guest: Option<Word>,
        room: Option<Word>,
        kind: Word,
        text: Word,
        additional_to: &'static [Word],
    },
    MaintenanceRequest {
        by: Option<Word>,
        room: Word,
        text: Word,
        take: bool,
        additional_to: &'static [Word],
    },
    ManageCase {
        case: Word,
        status: Option<Word>,
        priority: Option<Word>,
        room: Option<Word>,
        text: Option<Word>,
    },
    CreateCase {
        room: Word,
        kind: Word,
        text: Word,
        guest: Option<Word>,
        additional_to: &'static [Word],
    },
    CreateContact {
        email: Word,
    },
    UpdateRoomStatus {
        room: Word,
        status: Word,
    },
    Compensate {
        payment: Payment,
        guest: Option<Word>,
    },
    FreeRooms {
        from: Day,
        to: Day,
        guests: Option<u8>,
    },
    BookingsOfGuest {
        guest: Option<Word>,
        filter: Option<Word>,
    },
    Bookings {
        guest: Option<Word>,
        room: Option<Word>,
        status: Option<Word>,
    },
    CasesOfGuest {
        guest: Option<Word>,
    },
    Rooms {
        status: Option<Word>,
    },
}

impl Ask {
    pub(crate) fn tool(&self) -> &'static str {
        match self {
            Self::CreateBooking { .. } => "create_booking",
            Self::CheckIn { .. } => "check_in_guest",
            Self::Checkout { .. } => "process_guest_checkout",
            Self::ManageBooking { .. } => "manage_booking",
            Self::CancelBooking { .. } => "cancel_booking",
            Self::AssignRoom { .. } => "assign_room",
            Self::ServiceRequest { .. } => "submit_guest_service_request",
            Self::MaintenanceRequest { .. } => "submit_maintenance_request",
            Self::ManageCase { .. } => "manage_case",
            Self::CreateCase { .. } => "create_case",
            Self::CreateContact { .. } => "create_contact_if_not_found",
            Self::UpdateRoomStatus { .. } => "update_room_status",
            Self::Compensate { .. } => "compensate_checkout_failure",
            Self::FreeRooms { .. } => "search_available_rooms",
            Self::BookingsOfGuest { .. } => "search_bookings_on_behalf_of_guest",
            Self::Bookings { .. } => "search_bookings_on_behalf_of_staff",
            Self::CasesOfGuest { .. } => "search_cases_on_behalf_of_guest",
            Self::Rooms { .. } => "search_rooms_on_behalf_of_staff",
        }
    }

    pub(crate) fn reads(&self) -> bool {
        self.tool().starts_with("search_")
    }

    /// The steps a fault may strike; some of them this call may never come to.
    pub(crate) fn points(&self) -> &'static [&'static str] {
        match self {
            Self::CreateBooking { .. } => &["book", "look_up"],
            Self::CheckIn { .. } => &["move_in", "send_sms", "look_up"],
            Self::Checkout { .. } => &[
                "close_stay",
                "confirm_payment",
                "create_payment_intent",
                "find_customers",
                "find_stay_intents",
                "cancel_payment",
                "after_action 1",
                "send_sms",
                "look_up",
            ],
            Self::ManageBooking { .. } | Self::ManageCase { .. } => &["change", "look_up"],
            Self::CancelBooking { .. } => &["cancel", "look_up"],
            Self::AssignRoom { .. } | Self::UpdateRoomStatus { .. } => &["move_room", "look_up"],
            Self::ServiceRequest { .. } | Self::CreateCase { .. } => &["open_case", "look_up"],
            Self::MaintenanceRequest { .. } => &["open_case", "complete_case"],
            Self::CreateContact { .. } => &["create", "look_up"],
            Self::Compensate { .. } => {
                &["refund_payment", "reopen_stay", "record_refund", "look_up", "retrieve_payment"]
            }
            _ => &[],
        }
    }
}

/// What goes wrong at a step of a call, and who sees to it afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Which of the call's points.
    pub(crate) point: usize,
    /// As `HOTEL_FAULTS` names it; with `!` it outlasts the call.
    pub(crate) kind: Word,
    pub(crate) then: Then,
}

/// Who sees to a call that was left in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// `staff-server reconcile`.
    Reconciled,
    /// Whoever asked, by asking again.
    AskedAgain,
    /// Staff undo the checkout before it is finished; any other call is asked again.
    Compensated,
}

/// One call of a story.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) who: Who,
    pub(crate) ask: Ask,
    pub(crate) token: Option<Word>,
    pub(crate) fault: Option<Fault>,
}

impl Step {
    /// The point the fault is to strike, if this call has any.
    pub(crate) fn fault(&self) -> Option<(&'static str, Fault)> {
        let fault = self.fault?;
        let points = self.ask.points();
        let point = *points.get(fault.point % points.len().max(1))?;
        // A read that is refused would refuse the call's own preparation: the hotel's systems answer reads.
        let is_read =
            matches!(point, "look_up" | "retrieve_payment" | "find_customers" | "find_stay_intents");
        // See model.rs for what is left out.
        let left_out = fault.kind == "refused" && (is_read || point == "record_refund");
        (!left_out).then_some((point, fault))
    }
}
