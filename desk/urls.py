"""The desk's pages. Each room adds only its own lines."""

app_name = "desk"

# search and briefing: search customers briefing reveal_phone timeline dismiss_action cross_store edit_customer
# edit_vehicle add_note add_promise keep_promise settle record_consent warning_add warning_clear
SEARCH_AND_BRIEFING = []

# arrival and visit: reception arrive visit visit_close visit_cancel new_arrival enquiry duplicates
ARRIVAL = []

urlpatterns = [*ARRIVAL, *SEARCH_AND_BRIEFING]
