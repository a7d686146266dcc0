-- Calls about a booking by the error they were answered with: whether its guest has been told to wait is asked whenever the
-- booking is shown.
CREATE INDEX calls_by_error ON calls(booking_number, error_code, started_at) WHERE error_code IS NOT NULL;
