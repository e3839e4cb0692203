"""The desk's pages."""

from django.urls import path

from .views import (
    acts,
    arrival,
    audit,
    briefing,
    car_people,
    collecting,
    corrections,
    customers,
    enquiry,
    groups,
    households,
    leaving,
    needs,
    notes,
    promises,
    reception,
    search,
    segment_policy,
    segments,
    tags,
    treatments,
    visit,
)

app_name = "desk"

SEARCH_AND_BRIEFING = [
    path("search/", search.search, name="search"),
    path("search/other-store/", search.cross_store, name="cross_store"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", briefing.briefing, name="briefing"),
    path("customers/<int:pk>/timeline/", briefing.timeline, name="timeline"),
    path("customers/<int:pk>/phone/", briefing.reveal_phone, name="reveal_phone"),
    path("customers/<int:pk>/edit/", customers.edit_customer, name="edit_customer"),
    path("customers/<int:pk>/consent/", acts.record_consent, name="record_consent"),
    path("customers/<int:pk>/answer/", collecting.answer, name="answer"),
    path("customers/<int:pk>/still-true/", collecting.still_true, name="still_true"),
    path("completeness/", collecting.completeness, name="completeness"),
    path("segments/", segments.segments, name="segments"),
    path("segments/moves/", segments.segment_moves, name="segment_moves"),
    path("segments/policy/", segment_policy.segment_policy, name="segment_policy"),
    path("segments/estimates/", segment_policy.estimates, name="estimates"),
    path("segments/treatments/", treatments.treatments, name="treatments"),
    path("segments/treatments/edit/", treatments.treatment, name="treatment"),
    path("completeness/policy/", collecting.collection_policy, name="collection_policy"),
    path("customers/<int:pk>/dismiss/", acts.dismiss_action, name="dismiss_action"),
    path("conversations/<int:pk>/settle/", acts.settle, name="settle"),
    path("vehicles/<int:pk>/edit/", customers.edit_vehicle, name="edit_vehicle"),
    path("vehicles/<int:pk>/warning/", acts.warning_add, name="warning_add"),
    path("warnings/<int:pk>/clear/", acts.warning_clear, name="warning_clear"),
]

ARRIVAL = [
    path("", reception.reception, name="reception"),
    path("arrive/<int:vehicle_pk>/", arrival.arrive, name="arrive"),
    path("arrive/new/", arrival.new_arrival, name="new_arrival"),
    path("arrive/duplicates/", arrival.duplicates, name="duplicates"),
    path("enquiry/", enquiry.enquiry, name="enquiry"),
    path("visits/<int:pk>/", visit.visit, name="visit"),
    path("visits/<int:pk>/note/", visit.visit_note, name="visit_note"),
    path("visits/<int:pk>/lines/", visit.visit_lines, name="visit_lines"),
    path("visits/<int:pk>/close/", visit.visit_close, name="visit_close"),
    path("visits/<int:pk>/cancel/", visit.visit_cancel, name="visit_cancel"),
    path("visits/<int:pk>/reopen/", visit.visit_reopen, name="visit_reopen"),
    path("visits/<int:pk>/next/", visit.visit_next, name="visit_next"),
    path("visits/<int:pk>/introducer/", visit.visit_introducer, name="visit_introducer"),
]

KNOWLEDGE = [
    path("customers/<int:pk>/note/", notes.add_note, name="add_note"),
    path("conversations/<int:pk>/undo/", notes.undo_note, name="undo_note"),
    path("facts/<int:pk>/over/", notes.end_fact, name="end_fact"),
    path("facts/<int:pk>/right/", notes.choose_fact, name="choose_fact"),
    path("facts/<int:pk>/revive/", notes.revive_fact, name="revive_fact"),
    path("customers/<int:pk>/promise/", promises.add_promise, name="add_promise"),
    path("promises/<int:pk>/kept/", promises.keep_promise, name="keep_promise"),
    path("promises/<int:pk>/move/", promises.move_promise, name="move_promise"),
    path("promises/<int:pk>/give-up/", promises.give_up_promise, name="give_up_promise"),
    path("promises/<int:pk>/reopen/", promises.reopen_promise, name="reopen_promise"),
    path("customers/<int:pk>/tag/", tags.add_tag, name="add_tag"),
    path("customer-tags/<int:pk>/remove/", tags.remove_tag, name="remove_tag"),
    path("customer-tags/<int:pk>/restore/", tags.restore_tag, name="restore_tag"),
    path("customers/<int:pk>/needs/", needs.customer_needs, name="customer_needs"),
    path("customers/<int:pk>/needs/decide/", needs.decide, name="decide_need"),
    path("segments/needs/", needs.needs, name="needs"),
    path("segments/needs/new/", needs.add_need, name="add_need"),
    path("segments/needs/<int:pk>/", needs.edit_need, name="edit_need"),
    path("segments/needs/<int:pk>/retire/", needs.retire, name="retire_need"),
    path("segments/needs/<int:pk>/revive/", needs.revive, name="revive_need"),
    path("tags/", tags.tags, name="tags"),
    path("tags/names/", tags.tag_names, name="tag_names"),
    path("tags/<int:pk>/rename/", tags.rename_tag, name="rename_tag"),
    path("tags/<int:pk>/merge/", tags.merge_tag, name="merge_tag"),
    path("customers/<int:pk>/group/", groups.record_group, name="group"),
    path("groups/<int:pk>/end/", groups.end_group, name="end_group"),
    path("groups/<int:pk>/revive/", groups.revive_group, name="revive_group"),
]

PEOPLE = [
    path("audit/", audit.audit, name="audit"),
    path("staff/<int:pk>/leave/", leaving.leave, name="leave"),
]

CIRCLE = [
    path("people/like/", households.people_like, name="people_like"),
    path("customers/<int:pk>/household/", households.household, name="household"),
    path("members/<int:pk>/", households.member_edit, name="member"),
    path("members/<int:pk>/leave/", households.member_leave, name="member_leave"),
    path("households/<int:pk>/undo/", households.household_undo, name="household_undo"),
    path("customers/<int:pk>/cars/", car_people.fleet, name="fleet"),
    path("customers/<int:pk>/cars/undo/", car_people.car_people_undo, name="car_people_undo"),
    path("vehicles/<int:pk>/people/", car_people.car_people, name="car_people"),
    path("vehicles/people/<int:pk>/end/", car_people.car_person_end, name="car_person_end"),
    path("vehicles/<int:pk>/history/", car_people.vehicle_history, name="vehicle_history"),
    path("vehicles/<int:pk>/transfer/", corrections.transfer, name="transfer"),
    path("vehicles/<int:pk>/transfer/undo/", corrections.transfer_undo, name="transfer_undo"),
    path("visits/<int:pk>/move/", corrections.move_visit, name="move_visit"),
    path("visits/<int:pk>/move/undo/", corrections.move_undo, name="move_undo"),
]

urlpatterns = [*ARRIVAL, *KNOWLEDGE, *PEOPLE, *CIRCLE, *SEARCH_AND_BRIEFING]
